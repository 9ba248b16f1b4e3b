/** The talk with the gateway: one ext_proc stream per HTTP request, and the server it runs on. */
@NullMarked
package dev.pickwick.epp.stream;

import org.jspecify.annotations.NullMarked;
