/**
 * A small HTTP/1.1 gateway that asks an ext_proc picker about every request, as the real ones do.
 */
@NullMarked
package dev.pickwick.testbed.gateway;

import org.jspecify.annotations.NullMarked;
