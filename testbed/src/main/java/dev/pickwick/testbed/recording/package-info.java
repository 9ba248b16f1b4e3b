/** What the real gateways and the reference picker said to each other, message by message. */
@NullMarked
package dev.pickwick.testbed.recording;

import org.jspecify.annotations.NullMarked;
