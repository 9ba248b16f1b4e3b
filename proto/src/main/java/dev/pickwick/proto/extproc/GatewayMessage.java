package dev.pickwick.proto.extproc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One {@code ProcessingRequest} as it came: the exact bytes and what a single scan found in them.
 *
 * <p>Immutable and safe to hold; headers and body are slices of {@link #bytes()}, which is why
 * nobody may write into that array.
 */
public final class GatewayMessage {

  /** What the message carries. */
  public enum Kind {
    REQUEST_HEADERS,
    REQUEST_BODY,
    REQUEST_TRAILERS,
    RESPONSE_HEADERS,
    RESPONSE_BODY,
    RESPONSE_TRAILERS,
    /** None of the known kinds: nothing set, or something newer than this program. */
    EMPTY,
    /** Not a protobuf message; {@link #problem()} says why, everything else reads as absent. */
    MALFORMED
  }

  private static final String SUBSET_NAMESPACE = "envoy.lb.subset_hint";
  private static final String SUBSET_KEY = "x-gateway-destination-endpoint-subset";
  private static final String BALANCER_NAMESPACE = "envoy.lb";
  private static final String SERVED_KEY = "x-gateway-destination-endpoint-served";

  private final byte[] bytes;
  private final Kind kind;
  private final @Nullable String problem;
  private final boolean endOfStream;
  private final int bodyOffset;
  private final int bodyLength;
  private final Spans headers;
  private final Spans metadata;

  private GatewayMessage(byte[] bytes, MessageScan scan) {
    this.bytes = bytes;
    this.kind = scan.kind;
    this.problem = null;
    this.endOfStream = scan.endOfStream;
    this.bodyOffset = scan.bodyOffset;
    this.bodyLength = scan.bodyLength;
    this.headers = scan.headers;
    this.metadata = scan.metadata;
  }

  private GatewayMessage(byte[] bytes, String problem) {
    this.bytes = bytes;
    this.kind = Kind.MALFORMED;
    this.problem = problem;
    this.endOfStream = false;
    this.bodyOffset = 0;
    this.bodyLength = 0;
    this.headers = Spans.NONE;
    this.metadata = Spans.NONE;
  }

  /**
   * Scans one serialized {@code ProcessingRequest}; never throws, broken input comes back as {@link
   * Kind#MALFORMED}.
   *
   * @param bytes the message, exactly; they belong to the result from here on
   */
  public static GatewayMessage parse(byte[] bytes) {
    MessageScan scan = new MessageScan(bytes);
    try {
      scan.run();
    } catch (WireReader.MalformedException e) {
      return malformed(bytes, String.valueOf(e.getMessage()));
    }
    return new GatewayMessage(bytes, scan);
  }

  /** A message that could not even be read in full. */
  static GatewayMessage malformed(byte[] bytes, String problem) {
    return new GatewayMessage(bytes, problem);
  }

  public Kind kind() {
    return kind;
  }

  /** What is wrong and at which offset; null unless the kind is {@link Kind#MALFORMED}. */
  public @Nullable String problem() {
    return problem;
  }

  /**
   * Whether headers or body say that nothing follows in their direction; false for trailers, which
   * end it by their kind.
   */
  public boolean endOfStream() {
    return endOfStream;
  }

  /** The whole message as it came; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the body begins in {@link #bytes()}; 0 when there is none. */
  public int bodyOffset() {
    return bodyOffset;
  }

  /** Bytes of body; 0 for messages of other kinds. */
  public int bodyLength() {
    return bodyLength;
  }

  /** Number of header or trailer fields, repeated names counted each time. */
  public int headerCount() {
    return headers.count();
  }

  /** The name of a field as the gateway wrote it; decoded at each call. */
  public String headerName(int index) {
    checkIndex(index);
    return text(headers.first(index));
  }

  /**
   * The value of a field, {@code raw_value} if that is not empty, else {@code value}; decoded at
   * each call as UTF-8, with replacement characters for what is none.
   */
  public String headerValue(int index) {
    checkIndex(index);
    return text(headers.second(index));
  }

  /**
   * The value of the last field of that name, ASCII case ignored, or null.
   *
   * @param lowerCaseName ASCII name without capitals
   */
  public @Nullable String header(String lowerCaseName) {
    int index = lastIndexOf(lowerCaseName);
    return index < 0 ? null : text(headers.second(index));
  }

  /** Whether a field of that name is present, even with an empty value; see {@link #header}. */
  public boolean hasHeader(String lowerCaseName) {
    return lastIndexOf(lowerCaseName) >= 0;
  }

  /**
   * The endpoints the gateway allows, from {@code envoy.lb.subset_hint} / {@code
   * x-gateway-destination-endpoint-subset}: null when it names none (namespace or key absent, or
   * the value no list), empty when the list holds no text. Read at each call.
   */
  public @Nullable List<String> subsetHint() {
    return metadataValue(SUBSET_NAMESPACE, SUBSET_KEY).texts();
  }

  /**
   * The endpoint that the gateway says served the request, from {@code envoy.lb} / {@code
   * x-gateway-destination-endpoint-served}; null when absent or no text. Read at each call.
   */
  public @Nullable String servedEndpoint() {
    return metadataValue(BALANCER_NAMESPACE, SERVED_KEY).text();
  }

  @Override
  public String toString() {
    return kind == Kind.MALFORMED
        ? "MALFORMED(" + problem + ")"
        : kind + "(" + bytes.length + " bytes, end of stream " + endOfStream + ")";
  }

  private MetadataValue metadataValue(String namespace, String key) {
    return MetadataValue.find(bytes, metadata, namespace, key);
  }

  private void checkIndex(int index) {
    if (index < 0 || index >= headers.count()) {
      throw new IndexOutOfBoundsException(
          "header index: " + index + " (expected: 0 to below " + headers.count() + ")");
    }
  }

  private int lastIndexOf(String lowerCaseName) {
    for (int i = headers.count() - 1; i >= 0; i--) {
      if (isNamed(headers.first(i), lowerCaseName)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isNamed(int lengthOffset, String lowerCaseName) {
    if (lengthAt(lengthOffset) != lowerCaseName.length()) {
      return false;
    }
    int start = afterLengthAt(lengthOffset);
    for (int i = 0; i < lowerCaseName.length(); i++) {
      int letter = bytes[start + i];
      if (letter >= 'A' && letter <= 'Z') {
        letter += 'a' - 'A';
      }
      if (letter != lowerCaseName.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String text(int lengthOffset) {
    int length = lengthAt(lengthOffset);
    return length == 0
        ? ""
        : new String(bytes, afterLengthAt(lengthOffset), length, StandardCharsets.UTF_8);
  }

  /**
   * The length prefix at an offset that the scan has checked; {@link Spans#ABSENT} has length 0.
   */
  private int lengthAt(int offset) {
    if (offset == Spans.ABSENT) {
      return 0;
    }
    byte first = bytes[offset];
    return first >= 0 ? first : new WireReader(bytes, offset, bytes.length).readLength();
  }

  private int afterLengthAt(int offset) {
    int position = offset;
    while (position != Spans.ABSENT && bytes[position] < 0) {
      position++;
    }
    return position + 1;
  }
}
