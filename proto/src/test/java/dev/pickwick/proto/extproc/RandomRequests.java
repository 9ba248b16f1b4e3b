package dev.pickwick.proto.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Writes random {@code ProcessingRequest}s the way no library would: fields in any order and any
 * number, unknown fields and groups between them, known numbers with the wrong wire type.
 */
final class RandomRequests {

  private static final List<String> NAMES =
      List.of(
          ":path",
          ":method",
          "content-type",
          "Content-Type",
          "x-request-id",
          "X-Gateway-Inference-Objective",
          "",
          "größe");
  private static final List<String> NAMESPACES =
      List.of("envoy.lb", "envoy.lb.subset_hint", "other", "");
  private static final List<String> KEYS =
      List.of(
          "x-gateway-destination-endpoint",
          "x-gateway-destination-endpoint-served",
          "x-gateway-destination-endpoint-subset",
          "other");

  /** One field, or several that belong together. */
  private interface Part {
    void write(CodedOutputStream out) throws IOException;
  }

  private final Random random;

  RandomRequests(long seed) {
    this.random = new Random(seed);
  }

  byte[] next() {
    List<Part> parts = new ArrayList<>();
    int kinds = oneIn(4) ? random.nextInt(4) : 1;
    int kind = 2 + random.nextInt(6);
    for (int i = 0; i < kinds; i++) {
      int number = oneIn(3) ? 2 + random.nextInt(6) : kind;
      parts.add(field(number, request(number)));
    }
    for (int i = usually(1); i > 0; i--) {
      parts.add(field(8, metadata()));
    }
    for (int i = rarely(); i > 0; i--) {
      parts.add(field(9, entry(text(pick(NAMESPACES)), () -> struct(3))));
    }
    if (oneIn(4)) {
      parts.add(out -> out.writeBool(10, random.nextBoolean()));
    }
    if (oneIn(4)) {
      parts.add(field(11, message(List.of(o -> o.writeEnum(1, random.nextInt(7)), noise()))));
    }
    return message(parts).toByteArray();
  }

  private ByteString request(int number) {
    return switch (number) {
      case 4, 5 -> body();
      case 6, 7 -> trailers();
      default -> headers();
    };
  }

  private ByteString headers() {
    List<Part> parts = new ArrayList<>();
    for (int i = usually(1); i > 0; i--) {
      parts.add(field(1, headerMap()));
    }
    for (int i = usually(1); i > 0; i--) {
      parts.add(out -> out.writeBool(3, random.nextBoolean()));
    }
    for (int i = rarely(); i > 0; i--) {
      parts.add(field(2, entry(text("attribute"), () -> struct(2))));
    }
    return message(parts);
  }

  private ByteString trailers() {
    List<Part> parts = new ArrayList<>();
    for (int i = usually(1); i > 0; i--) {
      parts.add(field(1, headerMap()));
    }
    return message(parts);
  }

  private ByteString body() {
    List<Part> parts = new ArrayList<>();
    for (int i = usually(1); i > 0; i--) {
      byte[] bytes = new byte[oneIn(10) ? random.nextInt(100_000) : random.nextInt(300)];
      random.nextBytes(bytes);
      parts.add(out -> out.writeByteArray(1, bytes));
    }
    for (int i = usually(1); i > 0; i--) {
      parts.add(out -> out.writeBool(2, random.nextBoolean()));
    }
    return message(parts);
  }

  private ByteString headerMap() {
    List<Part> parts = new ArrayList<>();
    int count = oneIn(20) ? random.nextInt(600) : random.nextInt(6);
    for (int i = 0; i < count; i++) {
      parts.add(field(1, header()));
    }
    return message(parts);
  }

  private ByteString header() {
    List<Part> parts = new ArrayList<>();
    for (int i = usually(1); i > 0; i--) {
      parts.add(field(1, text(pick(NAMES))));
    }
    if (random.nextBoolean()) {
      parts.add(field(2, text("value " + random.nextInt(100))));
    }
    for (int i = usually(1); i > 0; i--) {
      byte[] raw = new byte[oneIn(3) ? 0 : random.nextInt(200)];
      random.nextBytes(raw);
      parts.add(field(3, ByteString.copyFrom(raw)));
    }
    return message(parts);
  }

  private ByteString metadata() {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      parts.add(field(1, entry(text(pick(NAMESPACES)), this::destinations)));
    }
    for (int i = rarely(); i > 0; i--) {
      parts.add(field(2, entry(text("typed"), () -> message(List.of(field(1, text("type")))))));
    }
    return message(parts);
  }

  private ByteString destinations() {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      parts.add(field(1, entry(text(pick(KEYS)), () -> value(2))));
    }
    return message(parts);
  }

  private ByteString struct(int depth) {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      parts.add(field(1, entry(text(pick(KEYS)), () -> value(depth - 1))));
    }
    return message(parts);
  }

  private ByteString value(int depth) {
    List<Part> parts = new ArrayList<>();
    for (int i = usually(1); i > 0; i--) {
      int type = random.nextInt(8);
      parts.add(
          switch (type) {
            case 0 -> out -> out.writeEnum(1, 0);
            case 1 -> out -> out.writeDouble(2, random.nextDouble());
            case 2 -> out -> out.writeBool(4, true);
            case 3 -> depth > 0 ? field(5, struct(depth)) : noise();
            case 4, 5 -> depth > 0 ? field(6, list(depth)) : field(3, text("leaf"));
            default -> field(3, text("10.0.0." + random.nextInt(256) + ":8000"));
          });
    }
    return message(parts);
  }

  private ByteString list(int depth) {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      parts.add(field(1, value(depth - 1)));
    }
    return message(parts);
  }

  private ByteString entry(ByteString key, java.util.function.Supplier<ByteString> value) {
    List<Part> parts = new ArrayList<>();
    if (!oneIn(20)) {
      parts.add(field(1, key));
    }
    for (int i = usually(1); i > 0; i--) {
      parts.add(field(2, value.get()));
    }
    return message(parts);
  }

  /** The parts in a random order, noise among them. */
  private ByteString message(List<Part> parts) {
    List<Part> all = new ArrayList<>(parts);
    for (int i = rarely(); i > 0; i--) {
      all.add(noise());
    }
    if (random.nextBoolean()) {
      Collections.shuffle(all, random);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Part part : all) {
        part.write(out);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static Part field(int number, ByteString contents) {
    return out -> out.writeBytes(number, contents);
  }

  /** An unknown field, or a known number that carries the wrong type. */
  private Part noise() {
    int number = random.nextBoolean() ? 1 + random.nextInt(12) : 1 + random.nextInt(1 << 28);
    return switch (random.nextInt(5)) {
      case 0 -> out -> out.writeUInt64(number, random.nextLong());
      case 1 -> out -> out.writeFixed64(number, random.nextLong());
      case 2 -> out -> out.writeFixed32(number, random.nextInt());
      case 3 -> out -> out.writeBytes(number + 100, text("unknown"));
      default ->
          out -> {
            out.writeTag(number, 3);
            out.writeUInt32(1 + random.nextInt(30), random.nextInt(1000));
            out.writeBytes(2, text("inside"));
            out.writeTag(number, 4);
          };
    };
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static ByteString text(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }

  private int usually(int count) {
    return oneIn(5) ? random.nextInt(4) : count;
  }

  private int rarely() {
    return oneIn(6) ? 1 + random.nextInt(2) : 0;
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }
}
