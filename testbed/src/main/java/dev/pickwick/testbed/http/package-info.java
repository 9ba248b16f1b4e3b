/**
 * HTTP/1.1 by hand, blocking, one virtual thread a connection, so that faults can be shaped to the
 * byte.
 */
@NullMarked
package dev.pickwick.testbed.http;

import org.jspecify.annotations.NullMarked;
