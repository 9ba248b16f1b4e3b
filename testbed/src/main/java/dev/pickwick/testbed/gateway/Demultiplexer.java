package dev.pickwick.testbed.gateway;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/**
 * Sorts a stream's replies into those to the request and those to the response. One reply of each
 * kind waits; a kind that nobody takes holds up the other, as in agentgateway.
 */
final class Demultiplexer implements Runnable {

  private final PickerStream stream;
  private final Pipe<ProcessingResponse> toRequest = new Pipe<>(1);
  private final Pipe<ProcessingResponse> toResponse = new Pipe<>(1);

  Demultiplexer(PickerStream stream) {
    this.stream = stream;
  }

  Pipe<ProcessingResponse> toRequest() {
    return toRequest;
  }

  Pipe<ProcessingResponse> toResponse() {
    return toResponse;
  }

  @Override
  public void run() {
    boolean headersAnswered = false;
    ProcessingResponse reply = stream.receive();
    for (; reply != null; reply = stream.receive()) {
      boolean _ =
          switch (reply.getResponseCase()) {
            case REQUEST_HEADERS, REQUEST_BODY, REQUEST_TRAILERS -> toRequest.put(reply);
            case RESPONSE_HEADERS, RESPONSE_BODY, RESPONSE_TRAILERS -> toResponse.put(reply);
            case IMMEDIATE_RESPONSE -> immediate(reply, headersAnswered);
            case RESPONSE_NOT_SET -> true;
          };
      headersAnswered |= reply.hasRequestHeaders();
    }
    toRequest.close();
    toResponse.close();
  }

  /** After the headers reply it ends the request's body and waits for the response. */
  private boolean immediate(ProcessingResponse reply, boolean headersAnswered) {
    if (!headersAnswered) {
      return toRequest.put(reply);
    }
    toRequest.close();
    return toResponse.put(reply);
  }
}
