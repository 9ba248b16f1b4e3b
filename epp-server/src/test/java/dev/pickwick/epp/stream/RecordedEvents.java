package dev.pickwick.epp.stream;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** Remembers what streams tell, for one thread. */
final class RecordedEvents implements StreamEvents {

  final List<InferenceRequest> scheduled = new ArrayList<>();
  final List<Response> responses = new ArrayList<>();
  final List<String> failures = new ArrayList<>();
  final List<Throwable> bugs = new ArrayList<>();
  final List<String> malformed = new ArrayList<>();
  final List<End> ends = new ArrayList<>();
  long sentBytes;
  int running;
  int open;

  @Override
  public void opened() {
    open++;
  }

  @Override
  public void scheduled(InferenceRequest request, Endpoint endpoint, long bytes, long nanos) {
    scheduled.add(request);
    sentBytes = bytes;
  }

  @Override
  public void startedRunning(String model) {
    running++;
  }

  @Override
  public void stoppedRunning(String model) {
    running--;
  }

  @Override
  public void responseCompleted(Response response) {
    responses.add(response);
  }

  @Override
  public void failed(String model, String targetModel, String code, String message) {
    failures.add(code);
  }

  @Override
  public void malformedMessage(String problem) {
    malformed.add(problem);
  }

  @Override
  public void unexpected(Throwable failure) {
    bugs.add(failure);
  }

  @Override
  public void ended(End end) {
    open--;
    ends.add(end);
  }
}
