package dev.pickwick.testbed.recording;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One recorded scenario.
 *
 * @param scenario its name
 * @param client what the HTTP client did, in words
 * @param clientSaw what the client saw, in whatever form suited the client
 * @param exchanges the streams of it, one for each HTTP request
 */
public record Recording(
    String scenario, String client, JsonNode clientSaw, List<RecordedExchange> exchanges) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Recording {
    exchanges = List.copyOf(exchanges);
  }

  static Recording read(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      JsonNode first = JSON.readTree(lines.readLine());
      Map<Long, List<RecordedExchange.Step>> streams = new TreeMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JSON.readTree(line);
        streams
            .computeIfAbsent(event.path("stream").longValue(), _ -> new ArrayList<>())
            .add(step(event));
      }
      var exchanges = new ArrayList<RecordedExchange>();
      streams.forEach((number, steps) -> exchanges.add(new RecordedExchange(number, steps)));
      return new Recording(
          first.path("scenario").textValue(),
          first.path("client").textValue(),
          first.path("client_saw"),
          exchanges);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return scenario;
  }

  private static RecordedExchange.Step step(JsonNode event) {
    long at = event.path("at_us").longValue();
    String direction = event.path("dir").textValue();
    String note = event.path("note").asText();
    return switch (direction) {
      case "to-epp" -> {
        var message = ProcessingRequest.newBuilder();
        ProtoJson.merge(event.path("msg"), message);
        yield new RecordedExchange.Step.ToPicker(at, message.build());
      }
      case "from-epp" -> {
        var message = ProcessingResponse.newBuilder();
        ProtoJson.merge(event.path("msg"), message);
        yield new RecordedExchange.Step.FromPicker(at, message.build());
      }
      case "gateway-end" -> new RecordedExchange.Step.GatewayEnd(at, note);
      case "epp-end" -> new RecordedExchange.Step.PickerEnd(at, note);
      default ->
          throw new IllegalArgumentException(
              "dir: " + direction + " (expected: to-epp, from-epp, gateway-end or epp-end)");
    };
  }
}
