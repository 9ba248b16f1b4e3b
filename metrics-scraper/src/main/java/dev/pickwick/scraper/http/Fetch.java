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
   * @param reached whether the request had a connection to travel on
   */
  record Failed(String why, boolean reached) implements Fetch {}
}
