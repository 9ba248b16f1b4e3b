/** The senses: keeps every endpoint's metrics fresh. */
@NullMarked
package dev.pickwick.scraper;

import org.jspecify.annotations.NullMarked;
