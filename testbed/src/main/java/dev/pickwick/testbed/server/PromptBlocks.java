package dev.pickwick.testbed.server;

/**
 * A prompt as the simulated engine sees it: four characters make a token.
 *
 * @param tokens number of tokens, at least 1 for a prompt that is not empty
 * @param hashes chained hashes of the whole blocks from the start; equal prefixes of equal adapters
 *     give equal hashes
 * @param seed a hash of the whole prompt
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
record PromptBlocks(int tokens, long[] hashes, long seed) {

  static final int CHARS_PER_TOKEN = 4;
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  static PromptBlocks of(String text, String adapter, int blockSize) {
    int tokens = (text.length() + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    int charsPerBlock = blockSize * CHARS_PER_TOKEN;
    long[] hashes = new long[text.length() / charsPerBlock];
    long hash = mix(adapter.hashCode());
    int at = 0;
    for (int block = 0; block < hashes.length; block++) {
      for (int stop = at + charsPerBlock; at < stop; at++) {
        hash = (hash ^ text.charAt(at)) * 0x100000001B3L;
      }
      hash = mix(hash);
      hashes[block] = hash;
    }
    for (; at < text.length(); at++) {
      hash = (hash ^ text.charAt(at)) * 0x100000001B3L;
    }
    return new PromptBlocks(tokens, hashes, mix(hash));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 32)) * PRIME;
    return mixed ^ (mixed >>> 29);
  }
}
