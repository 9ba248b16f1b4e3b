package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.prompt.PromptChain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be routed.
 *
 * @param id the request's id, for logs
 * @param model the model the server will be asked for; empty when unknown
 * @param incomingModel the model the client named; empty when unknown
 * @param priority greater is more important; negative may be shed
 * @param bodyBytes size of the body, in bytes
 * @param prompt the prompt's block hashes
 * @param subset the only destinations allowed ({@code ip:port}, or {@code ip} for any port); null
 *     when all are
 * @param headers what the client sent
 */
public record InferenceRequest(
    String id,
    String model,
    String incomingModel,
    int priority,
    long bodyBytes,
    PromptChain prompt,
    @Nullable List<String> subset,
    RequestHeaders headers) {

  public InferenceRequest {
    requireNonNull(id, "id");
    requireNonNull(model, "model");
    requireNonNull(incomingModel, "incomingModel");
    requireNonNull(prompt, "prompt");
    requireNonNull(headers, "headers");
    subset = subset == null ? null : List.copyOf(subset);
  }
}
