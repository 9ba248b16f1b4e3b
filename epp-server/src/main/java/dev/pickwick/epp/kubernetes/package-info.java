/** The pool and its pods as the API server tells them; the only package that knows a pod. */
@NullMarked
package dev.pickwick.epp.kubernetes;

import org.jspecify.annotations.NullMarked;
