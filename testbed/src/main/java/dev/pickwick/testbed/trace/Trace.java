package dev.pickwick.testbed.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A trace of requests.
 *
 * @param requests its rows, by the time they were sent
 */
public record Trace(List<TraceRequest> requests) {

  private static final String CONVERSATIONS = "/traces/mooncake-conversation-2000.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  public Trace {
    requests = List.copyOf(requests);
  }

  /** The slice of Mooncake's conversation trace that comes with the testbed: 2,000 rows. */
  public static Trace conversations() {
    try (InputStream bytes = Trace.class.getResourceAsStream(CONVERSATIONS)) {
      if (bytes == null) {
        throw new IllegalStateException(CONVERSATIONS + " (expected: on the class path)");
      }
      return read(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one JSON object per line, as Mooncake publishes them.
   *
   * @throws IOException naming the line that is something else
   */
  public static Trace read(Reader text) throws IOException {
    var requests = new ArrayList<TraceRequest>();
    var lines = new BufferedReader(text);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode row = JSON.readTree(line);
      JsonNode ids = row.path("hash_ids");
      if (!row.path("timestamp").isNumber() || !ids.isArray()) {
        throw new IOException(
            "line " + (requests.size() + 1) + ": \"" + line + "\" (expected: timestamp, hash_ids)");
      }
      var blocks = new ArrayList<Integer>();
      ids.forEach(id -> blocks.add(id.intValue()));
      requests.add(
          new TraceRequest(
              row.path("timestamp").longValue(),
              row.path("input_length").intValue(),
              row.path("output_length").intValue(),
              blocks));
    }
    return new Trace(requests);
  }

  /** The first rows only. */
  public Trace first(int count) {
    return new Trace(requests.subList(0, Math.min(count, requests.size())));
  }
}
