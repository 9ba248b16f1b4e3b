package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;

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
    while (cause.getCause() != null && !isAnswer(cause)) {
      cause = cause.getCause();
    }
    int code = cause instanceof KubernetesClientException answer ? answer.getCode() : 0;
    String now = isAnswer(cause) ? Integer.toString(code) : "unreachable";
    if (!state.equals(now)) {
      state = now;
      LOG.log(
          Level.WARNING,
          "{0}: cannot be watched at {1}: {2}; trying again with growing pauses",
          subject,
          server,
          isAnswer(cause) ? refusal(code, cause) : unreachable(cause));
    }
  }

  private static boolean isAnswer(Throwable failure) {
    return failure instanceof KubernetesClientException answer && answer.getCode() > 0;
  }

  private String refusal(int code, Throwable answer) {
    String expected =
        switch (code) {
          case 401 -> "expected: a token or certificate that the API server accepts";
          case 403 ->
              "expected: a role that may get, list and watch %s in namespace %s"
                  .formatted(resource, namespace);
          case 404 ->
              "expected: an API server that serves %s (is its CRD installed?)".formatted(resource);
          default -> "expected: a list of " + resource;
        };
    return String.format(Locale.ROOT, "%d %s (%s)", code, firstLine(answer), expected);
  }

  private static String unreachable(Throwable cause) {
    return cause.getClass().getSimpleName()
        + ": "
        + firstLine(cause)
        + " (expected: an API server at this address; it comes from KUBECONFIG, the service account"
        + " or ~/.kube/config)";
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse("");
  }
}
