/** The metrics page: which numbers an engine publishes under which names, read from raw bytes. */
@NullMarked
package dev.pickwick.scraper.page;

import org.jspecify.annotations.NullMarked;
