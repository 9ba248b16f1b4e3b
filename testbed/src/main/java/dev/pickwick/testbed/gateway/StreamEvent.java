package dev.pickwick.testbed.gateway;

import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened on one ext_proc stream.
 *
 * @param atNanos since the stream began, in nanoseconds
 * @param message the message, for {@code TO_PICKER} and {@code FROM_PICKER}
 * @param note status of the picker's end, else empty
 */
public record StreamEvent(Kind kind, long atNanos, @Nullable Message message, String note) {

  /** What happened. */
  public enum Kind {
    TO_PICKER,
    FROM_PICKER,
    /** The gateway has nothing more to send. */
    HALF_CLOSE,
    /** The gateway gave the stream up. */
    CANCEL,
    /** The picker ended the stream, or it broke. */
    PICKER_END
  }
}
