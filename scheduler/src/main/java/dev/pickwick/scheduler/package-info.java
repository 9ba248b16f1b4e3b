/** The decision: given a request and the endpoints, says where it goes. */
@NullMarked
package dev.pickwick.scheduler;

import org.jspecify.annotations.NullMarked;
