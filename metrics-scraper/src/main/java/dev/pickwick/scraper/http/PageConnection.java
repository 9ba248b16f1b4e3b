package dev.pickwick.scraper.http;

import java.util.function.Consumer;

/** The way to one server: one request at a time, on the client's thread only. */
public interface PageConnection {

  /**
   * Asks for a page; the receiver is called exactly once, on the client's thread, later or at once,
   * unless {@link #close()} comes first. Nothing may be in flight.
   *
   * @param target path and query, percent-encoded
   */
  void get(String target, Consumer<Fetch> receiver);

  /** Gives up what is in flight, if anything: the receiver hears the reason as a failure. */
  void abort(String why);

  /** Closes the connection; the receiver of what is in flight is not called any more. */
  void close();
}
