package dev.pickwick.testbed.gateway;

import com.google.protobuf.Struct;
import dev.pickwick.testbed.http.Fields;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.List;

/** How one dialect writes its messages to the picker. */
interface Wire {

  /**
   * The ordinary headers that go on, in the order the picker and the model server see them.
   *
   * @param fields what the client sent
   */
  Fields forwarded(Fields fields);

  /** The first message of a stream. */
  ProcessingRequest requestHeaders(
      String method, String scheme, String authority, String path, Fields fields, boolean end);

  ProcessingRequest requestBody(byte[] piece);

  /** The messages after the last piece of a request body. */
  List<ProcessingRequest> requestEnd(Fields trailers);

  /**
   * The first message of the response.
   *
   * @param metadata what stands under {@code envoy.lb}
   */
  ProcessingRequest responseHeaders(int status, Fields fields, boolean end, Struct metadata);

  ProcessingRequest responseBody(byte[] piece, Struct metadata);

  /** The messages after the last piece of a response body. */
  List<ProcessingRequest> responseEnd(Fields trailers, Struct metadata);
}
