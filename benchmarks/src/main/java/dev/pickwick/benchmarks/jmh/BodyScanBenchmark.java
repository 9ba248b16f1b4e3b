package dev.pickwick.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.parser.BodyReader;
import dev.pickwick.epp.parser.OpenAiParser;
import dev.pickwick.epp.parser.ParseResult;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.prompt.XxHash64;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read a chat request, in one message as a small one arrives or in several as
 * gateways cut a long one: ours, which also hashes the first 16 KB of the prompt, and Jackson,
 * which does not. It is the greater part of what a body costs beyond its way in and out.
 *
 * <p>Serves goals c1 and c2 (CPU per request by size of the body) and c3 (what remains after the
 * last byte). The limits in the same run are {@link #copy} and {@link #hash}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BodyScanBenchmark {

  private static final int CHUNK = 16 * 1024;
  private static final PromptHashing HASHING = new PromptHashing(64, 256);
  private static final RequestHeaders CHAT =
      name -> name.equals(":path") ? "/v1/chat/completions" : null;

  private final OpenAiParser parser = new OpenAiParser();
  private final PromptHasher hasher = new PromptHasher(HASHING);
  private final ObjectMapper mapper = new ObjectMapper();
  byte[] body = {};
  private List<BodySlice> whole = List.of();
  private List<BodySlice> chunks = List.of();
  private final XxHash64 xxHash = new XxHash64();
  private byte[] target = {};

  /** Length of the body, in KB. */
  @Param({"4", "40", "400", "4096"})
  public int kilobytes;

  /** Two long messages, then the short members, as most clients write them. */
  @Setup
  public void build() {
    String sentence = "It was the best of times, it was the \\\"worst\\\" of times; caf\u00e9.\\n";
    String text = sentence.repeat(Math.max(1, kilobytes * 1024 / 2 / sentence.length()));
    String json =
        """
        {"messages":[{"role":"system","content":"%s"},{"role":"user","content":"%s"}],\
        "model":"meta-llama/Llama-3.1-8B-Instruct","stream":true,"max_tokens":100,\
        "temperature":0.7,"stream_options":{"include_usage":true}}\
        """
            .formatted(text, text);
    body = json.getBytes(UTF_8);
    whole = List.of(BodySlice.of(body));
    chunks = new ArrayList<>();
    for (int at = 0; at < body.length; at += CHUNK) {
      chunks.add(new BodySlice(body, at, Math.min(CHUNK, body.length - at)));
    }
    target = new byte[body.length];
  }

  /** The body in one message. */
  @Benchmark
  public ParseResult scanWhole() {
    return scan(whole);
  }

  /** The body in messages of 16 KB. */
  @Benchmark
  public ParseResult scanChunks() {
    return scan(chunks);
  }

  /** Jackson's streaming parser, skipping all values. */
  @Benchmark
  public int jacksonSkip() throws IOException {
    int members = 0;
    try (JsonParser json = mapper.createParser(body)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        json.nextToken();
        json.skipChildren();
        members++;
      }
    }
    return members;
  }

  /** Jackson's tree. */
  @Benchmark
  public JsonNode jacksonTree() throws IOException {
    return mapper.readTree(body);
  }

  /** A limit: the body copied once. */
  @Benchmark
  public byte[] copy() {
    System.arraycopy(body, 0, target, 0, body.length);
    return target;
  }

  /** A limit: every byte of the body looked at once, by the hash of the prompt's blocks. */
  @Benchmark
  public long hash() {
    xxHash.reset();
    xxHash.update(body, 0, body.length);
    return xxHash.digest();
  }

  private ParseResult scan(List<BodySlice> slices) {
    hasher.reset(HASHING);
    BodyReader reader = parser.open(CHAT, hasher);
    for (BodySlice slice : slices) {
      reader.accept(slice.bytes(), slice.offset(), slice.length());
    }
    return reader.finish(slices);
  }
}
