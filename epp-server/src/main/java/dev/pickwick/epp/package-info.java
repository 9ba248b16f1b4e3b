/** The edges: gRPC, Kubernetes, YAML, flags, HTTP, logs and the wiring. */
@NullMarked
package dev.pickwick.epp;

import org.jspecify.annotations.NullMarked;
