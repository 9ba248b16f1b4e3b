/** What reading the pods' metrics pages costs. */
@NullMarked
package dev.pickwick.benchmarks.scrape;

import org.jspecify.annotations.NullMarked;
