package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.Parameters;

/**
 * The parameters of the producer, with the reference's names and defaults. As there, numbers that
 * make no sense stand for the defaults, but for those that cannot have been meant: a block size
 * that is not positive without autoTune to find it or beside the deprecated one in characters, and
 * a negative limit in tokens.
 *
 * @param autoTune whether block size and capacity are taken from what the engines report
 * @param blockSizeTokens tokens per block where the engines say nothing, > 0
 * @param maxBlocksToMatch blocks of a prompt that are hashed at most, > 0
 * @param maxTokensToMatch the same in tokens; 0: {@code maxBlocksToMatch} holds
 * @param capacityPerEndpoint blocks an endpoint can hold where its engine says nothing, > 0
 */
record PrefixParameters(
    boolean autoTune,
    int blockSizeTokens,
    int maxBlocksToMatch,
    int maxTokensToMatch,
    int capacityPerEndpoint) {
  /** What a token is taken to be when a prompt is cut: four bytes of text, as in the reference. */
  static final int BYTES_PER_TOKEN = 4;

  static final PrefixParameters DEFAULT = new PrefixParameters(true, 16, 256, 0, 31250);

  static PrefixParameters read(Parameters parameters) {
    boolean autoTune = parameters.bool("autoTune", DEFAULT.autoTune);
    int tokens = parameters.integer("blockSizeTokens", DEFAULT.blockSizeTokens);
    int deprecatedBlockSize = parameters.integer("blockSize", 0);
    int maxBlocks = parameters.integer("maxPrefixBlocksToMatch", DEFAULT.maxBlocksToMatch);
    int maxTokens = parameters.integer("maxPrefixTokensToMatch", DEFAULT.maxTokensToMatch);
    int capacity = parameters.integer("lruCapacityPerServer", DEFAULT.capacityPerEndpoint);
    if (deprecatedBlockSize > 0 && tokens <= 0) {
      parameters.problem("blockSize", "deprecated (expected: blockSizeTokens, in tokens)");
    }
    if (tokens <= 0 && !autoTune) {
      parameters.problem("blockSizeTokens", tokens + " (expected: > 0, or autoTune)");
    }
    if (tokens > Integer.MAX_VALUE / BYTES_PER_TOKEN) {
      parameters.problem(
          "blockSizeTokens",
          tokens + " (expected: at most " + Integer.MAX_VALUE / BYTES_PER_TOKEN + ")");
    }
    if (maxTokens < 0) {
      parameters.problem("maxPrefixTokensToMatch", maxTokens + " (expected: >= 0)");
    }
    return parameters.problems().isEmpty()
        ? new PrefixParameters(
            autoTune,
            positiveOr(DEFAULT.blockSizeTokens, tokens),
            positiveOr(DEFAULT.maxBlocksToMatch, maxBlocks),
            maxTokens,
            positiveOr(DEFAULT.capacityPerEndpoint, capacity))
        : DEFAULT;
  }

  private static int positiveOr(int fallback, int value) {
    return value > 0 ? value : fallback;
  }

  /**
   * How prompts are hashed.
   *
   * @param engineTokens tokens per block as the engines report them; 0: unknown
   */
  PromptHashing hashing(int engineTokens) {
    int tokens =
        autoTune && engineTokens > 0 && engineTokens <= Integer.MAX_VALUE / BYTES_PER_TOKEN
            ? engineTokens
            : blockSizeTokens;
    int blocks = maxTokensToMatch > 0 ? maxTokensToMatch / tokens : maxBlocksToMatch;
    return blocks == 0 ? PromptHashing.NONE : new PromptHashing(tokens * BYTES_PER_TOKEN, blocks);
  }

  /**
   * How many blocks an endpoint can hold.
   *
   * @param engineBlocks as its engine reports; 0: unknown
   */
  int capacity(int engineBlocks) {
    return autoTune && engineBlocks > 0 ? engineBlocks : capacityPerEndpoint;
  }
}
