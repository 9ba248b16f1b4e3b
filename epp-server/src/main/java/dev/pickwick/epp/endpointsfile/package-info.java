/** Endpoints named in a file: the way to run without Kubernetes. */
@NullMarked
package dev.pickwick.epp.endpointsfile;

import org.jspecify.annotations.NullMarked;
