package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Collects the numbers of one {@code usage} object and makes a {@link Usage} of them. */
final class UsageReader {

  private static final long MOST_TOKENS = 1L << 53;

  /** Numbers of no more digits are less than {@link #MOST_TOKENS}. */
  private static final int MOST_DIGITS = 15;

  /** The counts a usage object may have, under the names of both families of APIs. */
  enum Count {
    PROMPT("prompt_tokens"),
    COMPLETION("completion_tokens"),
    INPUT("input_tokens"),
    OUTPUT("output_tokens"),
    TOTAL("total_tokens"),
    CACHED("cached_tokens");

    private final String key;

    Count(String key) {
      this.key = key;
    }

    String key() {
      return key;
    }
  }

  private long prompt;
  private long completion;
  private long input;
  private long output;
  private long total;
  private long cached;
  private boolean present;
  private boolean malformed;

  /** Begins a usage object: what was collected before is void. */
  void begin() {
    prompt = -1;
    completion = -1;
    input = -1;
    output = -1;
    total = -1;
    cached = -1;
    present = true;
    malformed = false;
  }

  /** Forgets what was collected. */
  void clear() {
    present = false;
    malformed = false;
  }

  boolean isPresent() {
    return present;
  }

  boolean isMalformed() {
    return malformed;
  }

  /** What should be a count, or hold counts, is something else. */
  void spoil() {
    malformed = true;
  }

  /** Takes a count in its JSON form. */
  void count(Count count, byte[] json, int length) {
    long tokens = tokens(json, length);
    if (tokens < 0) {
      malformed = true;
      return;
    }
    switch (count) {
      case PROMPT -> prompt = tokens;
      case COMPLETION -> completion = tokens;
      case INPUT -> input = tokens;
      case OUTPUT -> output = tokens;
      case TOTAL -> total = tokens;
      case CACHED -> cached = tokens;
    }
  }

  /**
   * The numbers under whichever names came; when both came, {@code inputFirst} says which count.
   */
  Usage usage(boolean inputFirst) {
    return inputFirst
        ? new Usage(either(input, prompt), either(output, completion), total, cached)
        : new Usage(either(prompt, input), either(completion, output), total, cached);
  }

  /** A JSON number as tokens; negative when it cannot be a number of tokens. */
  private static long tokens(byte[] json, int length) {
    if (length > MOST_DIGITS) {
      return unusual(json, length);
    }
    long tokens = 0;
    for (int i = 0; i < length; i++) {
      int digit = json[i] - '0';
      if (digit < 0 || digit > 9) {
        return unusual(json, length);
      }
      tokens = tokens * 10 + digit;
    }
    return tokens;
  }

  /** Numbers with sign, fraction or exponent, and long ones. */
  private static long unusual(byte[] json, int length) {
    double value = Double.parseDouble(new String(json, 0, length, ISO_8859_1));
    return value >= 0 && value <= MOST_TOKENS ? (long) value : -1;
  }

  private static long either(long first, long second) {
    return first >= 0 ? first : second;
  }
}
