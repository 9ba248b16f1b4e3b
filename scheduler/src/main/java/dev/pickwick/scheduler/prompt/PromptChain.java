package dev.pickwick.scheduler.prompt;

import java.util.Arrays;

/**
 * A prompt as a chain of block hashes: equal hashes at one place mean equal prompts up to the end
 * of that block, for the same model, cache salt and tools.
 *
 * <p>With {@code h(0) = xxh64(model ++ salt)} as its seed the chain is {@code h(i) = xxh64(block(i)
 * ++ h(i-1))}, the previous hash as eight bytes little-endian. Only whole blocks count; the seed is
 * not part of the chain, so {@code hash(0)} belongs to the first block.
 */
public final class PromptChain {

  /** The chain of a prompt without a whole block, or of one that is not hashed. */
  public static final PromptChain EMPTY = new PromptChain(new long[0], 0);

  private final long[] hashes;
  private final int blockBytes;

  /** Takes over {@code hashes}: the caller must not write to it any more. */
  PromptChain(long[] hashes, int blockBytes) {
    this.hashes = hashes;
    this.blockBytes = blockBytes;
  }

  /** A chain of known hashes, for tests and for chains computed elsewhere. */
  public static PromptChain of(int blockBytes, long... hashes) {
    return hashes.length == 0 ? EMPTY : new PromptChain(hashes.clone(), blockBytes);
  }

  /** Number of whole blocks hashed, from the start of the prompt. */
  public int length() {
    return hashes.length;
  }

  /** The hash that stands for the prompt up to and including block {@code i}, counted from 0. */
  public long hash(int i) {
    return hashes[i];
  }

  /** Length of one block, in bytes; 0 for {@link #EMPTY}. */
  public int blockBytes() {
    return blockBytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PromptChain chain
        && blockBytes == chain.blockBytes
        && Arrays.equals(hashes, chain.hashes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(hashes) + blockBytes;
  }

  @Override
  public String toString() {
    return "PromptChain[" + hashes.length + " blocks of " + blockBytes + " bytes]";
  }
}
