package dev.pickwick.scheduler;

import org.jspecify.annotations.Nullable;

/** The headers of a request, as far as a plugin may want them. */
@FunctionalInterface
public interface RequestHeaders {

  /** No header at all. */
  RequestHeaders NONE = name -> null;

  /** The value of the header of this lower-case name, null when there is none. */
  @Nullable String header(String lowerCaseName);
}
