package dev.pickwick.epp.parser;

import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.prompt.PromptHasher;

/** Understands the request bodies of one API family; thread-safe. */
@FunctionalInterface
public interface RequestParser {

  /**
   * Begins to read one body.
   *
   * @param headers of the request, by lower-case name, pseudo headers included
   * @param hasher fresh or reset; belongs to the reader, and then to its result, until the request
   *     has been scheduled
   */
  BodyReader open(RequestHeaders headers, PromptHasher hasher);
}
