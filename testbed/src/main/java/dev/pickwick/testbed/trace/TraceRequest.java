package dev.pickwick.testbed.trace;

import java.util.List;

/**
 * One row of a trace.
 *
 * @param atMillis when it was sent, in milliseconds since the trace began
 * @param inputTokens length of the prompt, in tokens
 * @param outputTokens length of the answer, in tokens
 * @param blocks one number for each 512 tokens of the prompt; equal numbers stand for equal blocks
 *     behind equal prefixes
 */
public record TraceRequest(long atMillis, int inputTokens, int outputTokens, List<Integer> blocks) {

  public TraceRequest {
    blocks = List.copyOf(blocks);
  }
}
