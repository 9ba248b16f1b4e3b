package dev.pickwick.testbed.gateway;

import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;

/**
 * What a body reply means.
 *
 * @param bytes to be handed on, possibly none
 * @param end whether the body ends after them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
record Piece(byte[] bytes, boolean end) {

  private static final byte[] NOTHING = {};

  /** Only streamed bodies count; a reply without any content ends the body. */
  static Piece of(BodyResponse reply) {
    if (!reply.hasResponse()) {
      return new Piece(NOTHING, true);
    }
    CommonResponse common = reply.getResponse();
    if (!common.getBodyMutation().hasStreamedResponse()) {
      return new Piece(NOTHING, false);
    }
    StreamedBodyResponse streamed = common.getBodyMutation().getStreamedResponse();
    return new Piece(streamed.getBody().toByteArray(), streamed.getEndOfStream());
  }
}
