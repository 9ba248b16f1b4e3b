package dev.pickwick.testbed.recording;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.List;

/**
 * One recorded ext_proc stream.
 *
 * @param stream its number in the file
 * @param steps everything that passed, in the order it was seen
 */
public record RecordedExchange(long stream, List<Step> steps) {

  /** Something that passed; times are microseconds since the stream began. */
  public sealed interface Step {

    long atMicros();

    /** The gateway sent a message. */
    record ToPicker(long atMicros, ProcessingRequest message) implements Step {}

    /** The picker sent a message. */
    record FromPicker(long atMicros, ProcessingResponse message) implements Step {}

    /**
     * The gateway ended its side.
     *
     * @param note {@code half-close}, or {@code Canceled} when the stream was given up or the
     *     picker had ended it before
     */
    record GatewayEnd(long atMicros, String note) implements Step {}

    /**
     * The picker ended the stream.
     *
     * @param note the status, {@code OK} for a good end
     */
    record PickerEnd(long atMicros, String note) implements Step {}
  }

  public RecordedExchange {
    steps = List.copyOf(steps);
  }

  /** The messages the gateway sent. */
  public List<ProcessingRequest> requests() {
    return steps.stream()
        .filter(Step.ToPicker.class::isInstance)
        .map(step -> ((Step.ToPicker) step).message())
        .toList();
  }

  /** The messages the reference picker sent. */
  public List<ProcessingResponse> replies() {
    return steps.stream()
        .filter(Step.FromPicker.class::isInstance)
        .map(step -> ((Step.FromPicker) step).message())
        .toList();
  }

  /** The kinds of these messages; a reply to a body may stand for several pieces of it. */
  public List<ProcessingResponse.ResponseCase> replyKinds() {
    return replies().stream().map(ProcessingResponse::getResponseCase).toList();
  }

  /** Whether the gateway half-closed, rather than the stream having been cancelled or ended. */
  public boolean isHalfClosed() {
    return steps.stream()
        .anyMatch(
            step -> step instanceof Step.GatewayEnd(_, String note) && note.equals("half-close"));
  }

  /** Whether the stream was cancelled by the gateway, with or without a half-close before. */
  public boolean isCancelled() {
    return steps.stream()
        .anyMatch(step -> step instanceof Step.PickerEnd(_, String note) && !note.equals("OK"));
  }
}
