package dev.pickwick.scheduler.prompt;

/**
 * How prompts are cut into blocks for hashing.
 *
 * @param blockBytes length of one block, in bytes; 0 together with {@code maxBlocks} 0 means that
 *     nothing is hashed
 * @param maxBlocks how many blocks from the start of the prompt are hashed at most; 0 means none
 */
public record PromptHashing(int blockBytes, int maxBlocks) {

  /** Nothing is hashed: every chain is empty. */
  public static final PromptHashing NONE = new PromptHashing(0, 0);

  public PromptHashing {
    if (blockBytes < 0) {
      throw new IllegalArgumentException("blockBytes: " + blockBytes + " (expected: >= 0)");
    }
    if (maxBlocks < 0) {
      throw new IllegalArgumentException("maxBlocks: " + maxBlocks + " (expected: >= 0)");
    }
    if (blockBytes == 0 && maxBlocks > 0) {
      throw new IllegalArgumentException(
          "blockBytes: 0 with maxBlocks: " + maxBlocks + " (expected: both 0 or blockBytes > 0)");
    }
  }

  /** True when no block will ever be complete. */
  public boolean hashesNothing() {
    return maxBlocks == 0;
  }
}
