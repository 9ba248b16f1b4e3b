package dev.pickwick.benchmarks.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.io.IOException;

/** Replies of a picker, encoded. */
public final class Replies {

  /** Field number of a reply to a piece of the request body. */
  public static final int REQUEST_BODY = 3;

  /** Field number of a reply to a piece of the response body. */
  public static final int RESPONSE_BODY = 4;

  private static final String DESTINATION = "x-gateway-destination-endpoint";

  /** From the inside out: streamed response, body mutation, common response, body response. */
  private static final int[] PATH = {3, 3, 1};

  private static final int BODY = 1;
  private static final int END_OF_STREAM = 2;

  private Replies() {}

  /** The reply that sends a request to a destination. */
  public static byte[] destination(String address) {
    Value text = Value.newBuilder().setStringValue(address).build();
    Struct inner = Struct.newBuilder().putFields(DESTINATION, text).build();
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(
            HeadersResponse.newBuilder()
                .setResponse(
                    CommonResponse.newBuilder()
                        .setHeaderMutation(
                            HeaderMutation.newBuilder().addSetHeaders(header(address)))))
        .setDynamicMetadata(
            Struct.newBuilder()
                .putFields("envoy.lb", Value.newBuilder().setStructValue(inner).build()))
        .build()
        .toByteArray();
  }

  /** The reply to response headers that changes nothing. */
  public static byte[] responseHeaders() {
    return ProcessingResponse.newBuilder()
        .setResponseHeaders(
            HeadersResponse.newBuilder().setResponse(CommonResponse.getDefaultInstance()))
        .build()
        .toByteArray();
  }

  /**
   * A body reply.
   *
   * @param kind {@link #REQUEST_BODY} or {@link #RESPONSE_BODY}
   * @param end whether it is the last
   */
  public static byte[] body(int kind, byte[] bytes, int offset, int length, boolean end) {
    int[] sizes = new int[PATH.length + 1];
    sizes[0] =
        (length == 0 ? 0 : CodedOutputStream.computeTagSize(BODY) + sized(length))
            + (end ? CodedOutputStream.computeBoolSize(END_OF_STREAM, true) : 0);
    for (int i = 0; i < PATH.length; i++) {
      sizes[i + 1] = CodedOutputStream.computeTagSize(PATH[i]) + sized(sizes[i]);
    }
    byte[] message = new byte[CodedOutputStream.computeTagSize(kind) + sized(sizes[PATH.length])];
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    try {
      open(out, kind, sizes[PATH.length]);
      for (int i = PATH.length - 1; i >= 0; i--) {
        open(out, PATH[i], sizes[i]);
      }
      if (length > 0) {
        out.writeByteArray(BODY, bytes, offset, length);
      }
      if (end) {
        out.writeBool(END_OF_STREAM, true);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array of the right size does not suffice", e);
    }
    return message;
  }

  private static int sized(int length) {
    return CodedOutputStream.computeUInt32SizeNoTag(length) + length;
  }

  private static void open(CodedOutputStream out, int field, int size) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(size);
  }

  private static HeaderValueOption header(String address) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder()
                .setKey(DESTINATION)
                .setRawValue(ByteString.copyFromUtf8(address)))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)
        .build();
  }
}
