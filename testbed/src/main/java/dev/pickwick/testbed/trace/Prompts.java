package dev.pickwick.testbed.trace;

import java.util.SplittableRandom;

/**
 * Turns rows of a trace into prompts, scaled down: every block number becomes the same text
 * wherever it stands, so that prompts with equal leading numbers have equal beginnings.
 *
 * @param charactersPerBlock length of the text for one block number, above 0; real blocks have
 *     about 2,000
 * @param maxBlocks blocks of a row that are used, from its start; above 0
 * @param seed what decides the texts
 */
public record Prompts(int charactersPerBlock, int maxBlocks, long seed) {

  private static final String LETTERS = "etaoinshrdlucmfwypvbgkjqxz";

  public Prompts {
    if (charactersPerBlock < 1 || maxBlocks < 1) {
      throw new IllegalArgumentException(
          "charactersPerBlock: "
              + charactersPerBlock
              + ", maxBlocks: "
              + maxBlocks
              + " (expected: both >= 1)");
    }
  }

  /** The prompt of a row: plain lower-case words, nothing that JSON has to escape. */
  public String of(TraceRequest request) {
    int blocks = Math.min(maxBlocks, request.blocks().size());
    var text = new StringBuilder(blocks * charactersPerBlock);
    for (int i = 0; i < blocks; i++) {
      append(text, request.blocks().get(i));
    }
    return text.toString();
  }

  private void append(StringBuilder text, int block) {
    var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + block);
    int stop = text.length() + charactersPerBlock;
    int word = 0;
    while (text.length() < stop) {
      if (word == 0) {
        word = 2 + random.nextInt(8);
        text.append(' ');
      } else {
        text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        word--;
      }
    }
  }
}
