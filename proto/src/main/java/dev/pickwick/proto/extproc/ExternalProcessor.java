package dev.pickwick.proto.extproc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The ext_proc service as a server sees it: its name and its one method. */
public final class ExternalProcessor {

  /** Full name of the gRPC service. */
  public static final String SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

  /**
   * The bidirectional {@code Process} method. Reading a message never throws; see {@link
   * GatewayMessage.Kind#MALFORMED}.
   */
  public static final MethodDescriptor<GatewayMessage, Reply> PROCESS =
      MethodDescriptor.newBuilder(new RequestMarshaller(), new ReplyMarshaller())
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Process"))
          .build();

  private ExternalProcessor() {}

  private static final class RequestMarshaller
      implements MethodDescriptor.Marshaller<GatewayMessage> {

    private static final byte[] NOTHING = {};

    @Override
    public InputStream stream(GatewayMessage message) {
      return new ByteArrayInputStream(message.bytes());
    }

    @Override
    public GatewayMessage parse(InputStream stream) {
      try {
        return GatewayMessage.parse(readFully(stream));
      } catch (IOException | StatusRuntimeException e) {
        // A compressed message may fail while it is unpacked, or turn out larger than allowed.
        return GatewayMessage.malformed(NOTHING, "message unreadable: " + e.getMessage());
      }
    }

    private static byte[] readFully(InputStream stream) throws IOException {
      if (!(stream instanceof KnownLength)) {
        return stream.readAllBytes();
      }
      byte[] bytes = new byte[stream.available()];
      int length = stream.readNBytes(bytes, 0, bytes.length);
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }

  private static final class ReplyMarshaller implements MethodDescriptor.Marshaller<Reply> {

    @Override
    public InputStream stream(Reply reply) {
      return new ReplyStream(reply);
    }

    @Override
    public Reply parse(InputStream stream) {
      throw new UnsupportedOperationException("replies are read by gateways only");
    }
  }
}
