package dev.pickwick.epp.stream;

import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.parser.BodyReader;
import dev.pickwick.epp.parser.ParseResult;
import dev.pickwick.epp.parser.RequestParser;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows just enough of a request: where its model stands, and that it must have one. */
final class SimpleParser implements RequestParser {

  private static final Pattern MODEL = Pattern.compile("\"model\":(\"([^\"]*)\")");

  @Override
  public BodyReader open(RequestHeaders headers, PromptHasher hasher) {
    return new Reader(hasher);
  }

  private static final class Reader implements BodyReader {

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final PromptHasher hasher;

    Reader(PromptHasher hasher) {
      this.hasher = hasher;
    }

    @Override
    public void accept(byte[] chunk, int off, int len) {
      seen.write(chunk, off, len);
    }

    @Override
    public ParseResult finish(List<BodySlice> body) {
      String text = seen.toString(StandardCharsets.ISO_8859_1);
      if (BodySlice.totalLength(body) != text.length()) {
        throw new IllegalStateException("body: not what was read");
      }
      if (text.isEmpty()) {
        return new ParseResult.Invalid("unexpected end of JSON input");
      }
      if (text.equals("explode")) {
        throw new IllegalStateException("exploded as asked");
      }
      Matcher model = MODEL.matcher(text);
      return model.find()
          ? new ParseResult.Parsed(
              model.group(2),
              model.start(1),
              model.end(1),
              text.contains("\"stream\":true"),
              hasher,
              null,
              0)
          : new ParseResult.Invalid("model not found in request body");
    }
  }
}
