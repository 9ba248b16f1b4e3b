package dev.pickwick.scheduler.prefix;

/**
 * Says where in a table a key goes, in a way that cannot be foreseen without the table's secret.
 *
 * <p>Block hashes can be made to order by whoever writes the prompts. Were the slot taken from the
 * hash itself, a few thousand prompts would lie in one run of slots, and every look into the table
 * would walk it. The secret takes the order out of the keys; the halves of a long product, folded,
 * spread what is left.
 */
final class KeyedHash {

  /** The golden ratio times 2^64: multiples of it never come to lie close together. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private KeyedHash() {}

  /**
   * The hash of a key; all its bits may be used.
   *
   * @param secret any random number
   */
  static long of(long key, long secret) {
    long mixed = key ^ secret;
    return mixed * GOLDEN ^ Math.unsignedMultiplyHigh(mixed, GOLDEN);
  }
}
