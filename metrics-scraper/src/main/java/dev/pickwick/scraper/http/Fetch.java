package dev.pickwick.scraper.http;

/** What came of fetching one page. */
public sealed interface Fetch {

  /**
   * Status 200 and a whole body.
   *
   * @param bytes holds the body from index 0; only during the call that delivers it
   * @param length bytes of the body
   */
  @SuppressWarnings("ArrayRecordComponent") // lent for one call, never compared
  record Page(byte[] bytes, int length) implements Fetch {}

  /**
   * The same server points to another place on it.
   *
   * @param target path and query
   */
  record Redirect(String target) implements Fetch {}

  /**
   * No page.
   *
   * @param why the reason in words
   * @param stage how far it got
   */
  record Failed(String why, Stage stage) implements Fetch {}

  /** How far a request got that brought no page. */
  enum Stage {
    /** The request had no connection to travel on. */
    UNREACHED,
    /** The request was sent, and no whole answer came: time ran out, or the connection broke. */
    SILENT,
    /** The server answered, but with no page that can be used. */
    REFUSED
  }
}
