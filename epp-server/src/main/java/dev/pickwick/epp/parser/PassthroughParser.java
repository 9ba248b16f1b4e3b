package dev.pickwick.epp.parser;

import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.util.List;

/** Accepts every body and learns nothing from it. */
public final class PassthroughParser implements RequestParser {

  @Override
  public BodyReader open(RequestHeaders headers, PromptHasher hasher) {
    return new Unread(hasher);
  }

  private record Unread(PromptHasher hasher) implements BodyReader {

    @Override
    public void accept(byte[] chunk, int off, int len) {}

    @Override
    public ParseResult finish(List<BodySlice> body) {
      return new ParseResult.Parsed(null, -1, -1, false, hasher, null, 0);
    }
  }
}
