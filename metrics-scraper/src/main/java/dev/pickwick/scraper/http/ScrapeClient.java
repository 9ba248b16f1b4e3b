package dev.pickwick.scraper.http;

/** Knows how to reach servers. */
@FunctionalInterface
public interface ScrapeClient {

  /**
   * The way to a server; connects when first asked for a page.
   *
   * @param address IP literal without brackets
   * @param port in [1, 65535]
   */
  PageConnection connection(String address, int port);
}
