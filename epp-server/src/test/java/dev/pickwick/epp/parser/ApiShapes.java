package dev.pickwick.epp.parser;

import dev.pickwick.epp.body.Shape;
import java.util.Arrays;
import java.util.List;

/** What the APIs want their bodies to be, for tests of those who read them. */
public final class ApiShapes {

  private ApiShapes() {}

  /** One shape for each API. */
  public static List<Shape> all() {
    return Arrays.stream(OpenAiApi.values()).map(OpenAiApi::shape).toList();
  }
}
