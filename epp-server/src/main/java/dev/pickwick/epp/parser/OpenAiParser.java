package dev.pickwick.epp.parser;

import dev.pickwick.epp.body.BodyScanner;
import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.body.ScanResult;
import dev.pickwick.epp.body.ScanResult.Malformed;
import dev.pickwick.epp.body.ScanResult.Scanned;
import dev.pickwick.epp.parser.ParseResult.Invalid;
import dev.pickwick.epp.parser.ParseResult.Parsed;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.util.List;

/** Reads requests of OpenAI's APIs; the path alone says which, never the content type. */
public final class OpenAiParser implements RequestParser {

  private static final String[] PATH_HEADERS = {":path", "x-original-path", "x-forwarded-path"};

  @Override
  public BodyReader open(RequestHeaders headers, PromptHasher hasher) {
    return new Reader(OpenAiApi.forPath(path(headers)), hasher);
  }

  private static String path(RequestHeaders headers) {
    for (String name : PATH_HEADERS) {
      String path = headers.header(name);
      if (path != null && !path.isEmpty()) {
        return path;
      }
    }
    return "/v1/completions";
  }

  private static final class Reader implements BodyReader {

    private final OpenAiApi api;
    private final PromptHasher hasher;
    private final BodyScanner scanner;

    Reader(OpenAiApi api, PromptHasher hasher) {
      this.api = api;
      this.hasher = hasher;
      scanner = new BodyScanner(api.shape(), hasher);
    }

    @Override
    public void accept(byte[] chunk, int off, int len) {
      scanner.accept(chunk, off, len);
    }

    @Override
    public ParseResult finish(List<BodySlice> body) {
      return result(scanner.finish(body));
    }

    private ParseResult result(ScanResult scan) {
      return switch (scan) {
        case Malformed(String message) ->
            new Invalid("error unmarshaling request bodyMap: " + message);
        case Scanned scanned -> result(scanned);
      };
    }

    private ParseResult result(Scanned scanned) {
      String problem = api.problemOf(scanned);
      if (problem != null) {
        return new Invalid(problem);
      }
      if (scanned.model() == null) {
        return new Invalid("model not found in request body");
      }
      if (ModelName.isTooLong(scanned.model())) {
        return new Invalid(ModelName.problem("model"));
      }
      return new Parsed(
          scanned.model(),
          scanned.modelStart(),
          scanned.modelEnd(),
          scanned.streaming(),
          hasher,
          scanned.cacheSalt(),
          scanned.toolsHash());
    }
  }
}
