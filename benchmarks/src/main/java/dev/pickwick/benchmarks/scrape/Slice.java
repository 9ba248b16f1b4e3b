package dev.pickwick.benchmarks.scrape;

/**
 * What happened in one slice of time.
 *
 * @param kind whether pages were read or thrown away
 * @param scrapes pages that came
 * @param failures scrapes that brought none
 * @param cpuNanos processor time of the whole process, in nanoseconds
 * @param allocatedBytes heap allocated by all its threads, in bytes
 * @param missedTicks ticks of the scraper that were left out; 0 where pages are thrown away
 * @param wallNanos length of the slice, in nanoseconds
 */
record Slice(
    Kind kind,
    long scrapes,
    long failures,
    long cpuNanos,
    long allocatedBytes,
    long missedTicks,
    long wallNanos) {

  /** What is done with the pages. */
  enum Kind {
    READ,
    DISCARDED
  }

  /** As a line of text. */
  String line() {
    return String.join(
        " ",
        kind.name(),
        Long.toString(scrapes),
        Long.toString(failures),
        Long.toString(cpuNanos),
        Long.toString(allocatedBytes),
        Long.toString(missedTicks),
        Long.toString(wallNanos));
  }

  /** Reads such a line. */
  static Slice of(String line) {
    String[] words = line.split(" ", -1);
    return new Slice(
        Kind.valueOf(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]));
  }

  /** Processor time per page, in microseconds. */
  double cpuMicrosPerScrape() {
    return cpuNanos / 1e3 / scrapes;
  }

  /** Heap allocated per page, in bytes. */
  double bytesPerScrape() {
    return (double) allocatedBytes / scrapes;
  }

  /** Pages a second. */
  double perSecond() {
    return scrapes * 1e9 / wallNanos;
  }
}
