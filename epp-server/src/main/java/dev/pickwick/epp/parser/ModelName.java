package dev.pickwick.epp.parser;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What holds for the name of a model, whoever gives it. */
public final class ModelName {

  /** A longer name, as UTF-8, is refused: names are remembered, and no model has such a one. */
  public static final int MAX_BYTES = 1024;

  private ModelName() {}

  /** Why the name cannot be used: it is too long. */
  public static String problem(String field) {
    return "invalid " + field + ": must not be longer than " + MAX_BYTES + " bytes";
  }

  /** Whether a name has more than {@link #MAX_BYTES} bytes as UTF-8. */
  public static boolean isTooLong(String name) {
    return name.length() > MAX_BYTES
        || (name.length() > MAX_BYTES / 3 && name.getBytes(UTF_8).length > MAX_BYTES);
  }
}
