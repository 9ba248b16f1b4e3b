package dev.pickwick.epp.parser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.body.ModelSplice;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of reading a request body. */
public sealed interface ParseResult {

  /**
   * A request that can be scheduled.
   *
   * @param model name the client asks for, possibly empty; null when the API has no such name
   * @param modelStart where the JSON string of {@code model} begins, its quote included, in bytes
   *     from the body's start; -1 when the name cannot be replaced
   * @param modelEnd where that string ends, exclusive; -1 when the name cannot be replaced
   * @param streaming true when the client wants its answer in pieces
   * @param prompt holds the prompt's content until it is reset
   * @param cacheSalt keeps the prefix cache of tenants apart; null when there is none
   * @param toolsHash hash of the tools that precede the prompt; 0 when there are none
   */
  record Parsed(
      @Nullable String model,
      int modelStart,
      int modelEnd,
      boolean streaming,
      PromptHasher prompt,
      @Nullable String cacheSalt,
      long toolsHash)
      implements ParseResult {

    /** The prompt's chain for the model that will serve it. */
    public PromptChain chain(String targetModel) {
      byte[] salt = cacheSalt == null ? null : cacheSalt.getBytes(UTF_8);
      return prompt.chain(targetModel.getBytes(UTF_8), salt, toolsHash);
    }

    /** The body asking for another model; the very same slices when it names none. */
    public List<BodySlice> withModel(List<BodySlice> body, String newModel) {
      return modelStart < 0 ? body : ModelSplice.replace(body, modelStart, modelEnd, newModel);
    }
  }

  /**
   * A request that is the client's mistake.
   *
   * @param message what is wrong, to stand after {@code inference error: BadRequest - }
   */
  record Invalid(String message) implements ParseResult {}
}
