package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells how one watch fares: a line when it breaks, when it breaks in another way, and when it
 * works again; never a line per attempt.
 */
final class WatchLog {

  private static final Logger LOG = System.getLogger(PoolWatch.class.getName());

  private static final String UNKNOWN = "";
  private static final String WATCHING = "watching";

  private final String subject;
  private final String resource;
  private final String namespace;
  private final String server;
  private String state = UNKNOWN;

  /**
   * A log of one watch.
   *
   * @param subject what is watched, in the operator's words: "InferencePool inference/llama"
   * @param resource its name in RBAC rules: "pods", "inferencepools.inference.networking.k8s.io"
   * @param server address of the API server
   */
  WatchLog(String subject, String resource, String namespace, String server) {
    this.subject = subject;
    this.resource = resource;
    this.namespace = namespace;
    this.server = server;
  }

  /** A list has come in or the watch stands. */
  synchronized void watching() {
    if (!state.equals(WATCHING)) {
      boolean first = state.equals(UNKNOWN);
      state = WATCHING;
      LOG.log(Level.INFO, "{0}: watched{1} at {2}", subject, first ? "" : " again", server);
    }
  }

  /** The watch no longer stands; what is known goes on being used. */
  synchronized void lost() {
    if (state.equals(WATCHING)) {
      state = "lost";
      LOG.log(
          Level.WARNING,
          "{0}: the watch at {1} broke off; routing goes on with what is known, reconnecting"
              + " (expected: an API server that can be reached)",
          subject,
          server);
    }
  }

  /** A list or a watch was refused; it is going to be tried again. */
  synchronized void failed(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && isWrapping(cause)) {
      cause = cause.getCause();
    }
    int code = cause instanceof KubernetesClientException answer ? answer.getCode() : 0;
    boolean refused = code == 401 || code == 403 || code == 404;
    // A server that starts answers in many ways before it serves; that is one outage.
    String now = refused ? Integer.toString(code) : "unavailable";
    if (!state.equals(now)) {
      state = now;
      LOG.log(
          Level.WARNING,
          "{0}: cannot be watched at {1}: {2} (expected: {3}); trying again with growing pauses",
          subject,
          server,
          told(cause, code),
          expected(code));
    }
  }

  private static boolean isWrapping(Throwable failure) {
    return failure instanceof KubernetesClientException answer
        ? answer.getCode() == 0
        : failure instanceof CompletionException || failure instanceof ExecutionException;
  }

  private static String told(Throwable cause, int code) {
    if (cause instanceof KubernetesClientException answer && answer.getStatus() != null) {
      return code + " " + firstLine(answer.getStatus().getMessage());
    }
    String message = firstLine(cause.getMessage());
    String name = cause.getClass().getSimpleName();
    return message.isEmpty() ? name : name + ": " + message;
  }

  private String expected(int code) {
    return switch (code) {
      case 401 -> "a token or certificate that the API server accepts";
      case 403 ->
          "a role that may get, list and watch %s in namespace %s".formatted(resource, namespace);
      case 404 -> "an API server that serves %s; is its CRD installed?".formatted(resource);
      default -> "an API server that answers; KUBECONFIG, ~/.kube/config or the pod names it";
    };
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
