package dev.pickwick.testbed.server;

import java.time.Duration;

/**
 * One way to misbehave.
 *
 * @param kind what goes wrong
 * @param amount milliseconds of a delay, status code, or bytes of a huge page; else 0
 */
public record Fault(Kind kind, long amount) {

  /** Which answers are spoilt. */
  public enum Target {
    METRICS,
    API
  }

  /** What goes wrong. */
  public enum Kind {
    /** The answer comes late. */
    DELAY,
    /** The head comes, the body never. */
    HANG,
    /** The connection is reset instead of an answer. */
    RESET,
    /** The connection is closed in the middle of the body. */
    CUT,
    /** Another status, with a text body. */
    STATUS,
    /** A web page with status 200. */
    HTML,
    /** Status 200 without a body. */
    EMPTY,
    /** A redirect to somewhere that does not exist. */
    REDIRECT,
    /** The body is compressed, whatever was asked for. */
    GZIP,
    /** Every byte comes as a chunk of its own. */
    ONE_BYTE_CHUNKS,
    /** The page goes on with comments up to that many bytes. */
    HUGE,
    /** Every value on the page is NaN. */
    NAN,
    /** The page has none of the engine's own families. */
    MISSING
  }

  public static Fault delay(Duration by) {
    return new Fault(Kind.DELAY, by.toMillis());
  }

  public static Fault status(int code) {
    return new Fault(Kind.STATUS, code);
  }

  public static Fault huge(long bytes) {
    return new Fault(Kind.HUGE, bytes);
  }

  /** A fault that needs no number. */
  public static Fault of(Kind kind) {
    return new Fault(kind, 0);
  }
}
