/** Which endpoint has seen which prompt prefix, and what that is worth. */
@NullMarked
package dev.pickwick.scheduler.prefix;

import org.jspecify.annotations.NullMarked;
