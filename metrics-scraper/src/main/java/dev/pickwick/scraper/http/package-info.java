/**
 * Fetching pages: one HTTP/1.1 keep-alive connection a server, every answer bounded in time and
 * size.
 */
@NullMarked
package dev.pickwick.scraper.http;

import org.jspecify.annotations.NullMarked;
