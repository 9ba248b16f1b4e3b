package dev.pickwick.scheduler.prompt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a prompt block by block while its bytes arrive; what the chain starts from (model, salt,
 * tools) may become known last.
 *
 * <p>xxHash64 reads the previous link after the block itself. For blocks of whole 32-byte stripes
 * one number per block therefore holds all that the block's content contributes, and {@link #chain}
 * is only a few steps per block. For other block lengths the content itself is kept. Nothing is
 * allocated while updating, except when a prompt is longer than any before it. Not thread-safe.
 */
public final class PromptHasher {

  private static final int FIRST_BLOCKS = 16;

  private final XxHash64 block = new XxHash64();
  private final XxHash64 link = new XxHash64();
  private PromptHashing hashing;
  private boolean striped;

  private long[] accumulators = new long[0];
  private byte[] content = new byte[0];
  private int contentLength;
  private int completeBlocks;
  private int inBlock;

  public PromptHasher(PromptHashing hashing) {
    this.hashing = hashing;
    reset(hashing);
  }

  /** Starts the next prompt, to be cut as {@code hashing} says; keeps the arrays. */
  public void reset(PromptHashing hashing) {
    this.hashing = hashing;
    striped = hashing.blockBytes() % XxHash64.STRIPE == 0;
    completeBlocks = 0;
    contentLength = 0;
    inBlock = 0;
    block.reset();
  }

  /** How this prompt is cut. */
  public PromptHashing hashing() {
    return hashing;
  }

  /** True when no further byte can change the chain. */
  public boolean isFull() {
    return completeBlocks == hashing.maxBlocks();
  }

  /** Whole blocks seen so far, never more than the cap. */
  public int completeBlocks() {
    return completeBlocks;
  }

  /** Adds one byte of the prompt. */
  public void update(byte b) {
    if (isFull()) {
      return;
    }
    if (striped) {
      block.update(b);
    } else {
      ensureContent(1);
      content[contentLength++] = b;
    }
    advance(1);
  }

  /** Adds {@code len} bytes of the prompt from {@code off}. */
  public void update(byte[] b, int off, int len) {
    int at = off;
    int end = off + len;
    while (at < end && !isFull()) {
      int taken = Math.min(end - at, hashing.blockBytes() - inBlock);
      if (striped) {
        block.update(b, at, taken);
      } else {
        ensureContent(taken);
        System.arraycopy(b, at, content, contentLength, taken);
        contentLength += taken;
      }
      at += taken;
      advance(taken);
    }
  }

  /**
   * The chain of the whole blocks seen so far. Feeding may go on afterwards, and other models may
   * be asked for.
   *
   * @param model name the chain is valid for, as UTF-8
   * @param salt what keeps tenants apart, as UTF-8; null or empty when there is none
   * @param toolsHash hash of the tools the prompt comes with, folded into the start; 0 for none
   */
  public PromptChain chain(byte[] model, byte @Nullable [] salt, long toolsHash) {
    if (completeBlocks == 0) {
      return PromptChain.EMPTY;
    }
    long previous = seed(model, salt, toolsHash);
    long[] hashes = new long[completeBlocks];
    int blockBytes = hashing.blockBytes();
    for (int i = 0; i < completeBlocks; i++) {
      previous =
          striped
              ? XxHash64.finish(accumulators[i], blockBytes, previous)
              : contentHash(i * blockBytes, blockBytes, previous);
      hashes[i] = previous;
    }
    return new PromptChain(hashes, blockBytes);
  }

  private long seed(byte[] model, byte @Nullable [] salt, long toolsHash) {
    link.reset();
    link.update(model, 0, model.length);
    if (salt != null) {
      link.update(salt, 0, salt.length);
    }
    long seed = link.digest();
    if (toolsHash == 0) {
      return seed;
    }
    link.reset();
    link.updateLong(toolsHash);
    link.updateLong(seed);
    return link.digest();
  }

  private long contentHash(int from, int length, long previous) {
    link.reset();
    link.update(content, from, length);
    link.updateLong(previous);
    return link.digest();
  }

  private void advance(int bytes) {
    inBlock += bytes;
    if (inBlock < hashing.blockBytes()) {
      return;
    }
    if (striped) {
      if (completeBlocks == accumulators.length) {
        accumulators = Arrays.copyOf(accumulators, grown(completeBlocks, FIRST_BLOCKS));
      }
      accumulators[completeBlocks] = block.merged();
      block.reset();
    }
    completeBlocks++;
    inBlock = 0;
  }

  private void ensureContent(int more) {
    if (contentLength + more > content.length) {
      content = Arrays.copyOf(content, grown(contentLength + more, FIRST_BLOCKS * XxHash64.STRIPE));
    }
  }

  private static int grown(int needed, int atLeast) {
    return Math.max(atLeast, needed + (needed >> 1));
  }
}
