package dev.pickwick.scraper.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the wanted numbers of one engine's metrics pages: text format 0.0.4 and OpenMetrics, told
 * apart by nothing. Lines of other families are only skipped; a malformed line is dropped and
 * counted. Reused from page to page and endpoint to endpoint without garbage; belongs to one
 * thread.
 *
 * <p>The same series twice on a page: the last one counts. Values that are no count (not finite,
 * negative) are passed over. All endpoints are read on one thread, so a page that would hold it for
 * long is unreadable; the bounds lie far above what real servers show.
 */
public final class MetricsPage {
  /** Counts are cut here, so that they can be added up in an int. */
  static final int MAX_COUNT = 1_000_000_000;

  /** A page with more malformed lines of wanted families is unreadable. */
  static final int MAX_MALFORMED = 1_000;

  /** A page with more wanted sample lines is unreadable. */
  static final int MAX_SAMPLES = 20_000;

  /** A page with more lines of any kind is unreadable. */
  static final int MAX_LINES = 200_000;

  private static final int MAX_LINE = 64 * 1024;

  private final Family[] families;
  private final Item waiting = new Item();
  private final Item running = new Item();
  private final Item kvUsage = new Item();
  private final Item blockSize = new Item();
  private final Item blockCount = new Item();
  private final AdapterSeries adapters = new AdapterSeries();
  private final Labels labels = new Labels();
  private final DecimalReader numbers = new DecimalReader();

  private long seen;
  private int samples;
  private int badLines;
  private int malformed;

  /** A reader of pages laid out as the mapping says. */
  public MetricsPage(EngineMapping mapping) {
    var byName = new LinkedHashMap<String, List<Target>>();
    byte[] sizeLabel = Ascii.bytes(mapping.blockSizeLabel());
    byte[] countLabel = Ascii.bytes(mapping.blockCountLabel());
    for (MetricSpec spec : mapping.cacheInfo()) {
      Target info = new Target.CacheInfo(spec, sizeLabel, countLabel, blockSize, blockCount);
      byName.computeIfAbsent(spec.name(), n -> new ArrayList<>()).add(info);
    }
    for (MetricSpec spec : mapping.lora()) {
      Target lora = new Target.Lora(spec, adapters);
      byName.computeIfAbsent(spec.name(), n -> new ArrayList<>()).add(lora);
    }
    values(mapping.queued(), waiting, MAX_COUNT, byName);
    values(mapping.running(), running, MAX_COUNT, byName);
    values(mapping.kvUsage(), kvUsage, 1, byName);
    values(mapping.blockSize(), blockSize, MAX_COUNT, byName);
    values(mapping.blockCount(), blockCount, MAX_COUNT, byName);
    families =
        byName.entrySet().stream()
            .map(family -> new Family(family.getKey(), family.getValue()))
            .toArray(Family[]::new);
  }

  /**
   * Reads {@code page[0, length)}.
   *
   * @param history the endpoint's own memory of its LoRA series
   * @param nowSeconds Unix time now, in seconds
   */
  public PageOutcome scan(byte[] page, int length, AdapterHistory history, double nowSeconds) {
    clear();
    int at = hasByteOrderMark(page, length) ? 3 : 0;
    int first = at;
    for (int lines = 0; at < length; lines++) {
      if (lines == MAX_LINES) {
        return tooMuch(MAX_LINES + " lines");
      }
      int end = Bytes.lineEnd(page, at, length);
      line(page, at, end);
      at = end + 1;
      if (malformed > MAX_MALFORMED) {
        return tooMuch(MAX_MALFORMED + " malformed lines of wanted families");
      }
      if (samples > MAX_SAMPLES) {
        return tooMuch(MAX_SAMPLES + " lines of wanted families");
      }
    }
    if (samples == 0) {
      return new PageOutcome.Unreadable(complaint(page, first, length), badLines);
    }
    boolean hasAdapters = adapters.table().size() > 0;
    return new PageOutcome.Numbers(
        Math.min(MAX_COUNT, waiting.sum()),
        Math.min(MAX_COUNT, running.sum()),
        kvUsage.mean(),
        (int) blockSize.first(),
        (int) Math.min(MAX_COUNT, blockCount.total()),
        hasAdapters ? history.update(page, adapters, nowSeconds) : null,
        seen,
        samples,
        badLines);
  }

  private PageOutcome tooMuch(String limit) {
    return new PageOutcome.Unreadable("the page has more than " + limit, badLines);
  }

  private void clear() {
    for (Family family : families) {
      family.full = false;
    }
    seen = 0;
    samples = 0;
    badLines = 0;
    malformed = 0;
    waiting.clear();
    running.clear();
    kvUsage.clear();
    blockSize.clear();
    blockCount.clear();
    adapters.clear();
  }

  private void line(byte[] page, int from, int end) {
    int at = Labels.blanks(page, from, end);
    if (at == end || page[at] == '#') {
      return;
    }
    byte first = page[at];
    if (first == '{') {
      quoted(page, at, end);
      return;
    }
    if (!Labels.isNameByte(first) || (first >= '0' && first <= '9')) {
      badLines += first == '\r' && at + 1 == end ? 0 : 1;
      return;
    }
    for (int i = 0; i < families.length; i++) {
      if (families[i].isAt(page, at, end)) {
        wanted(page, at + families[i].name.length, end, i, false);
        return;
      }
    }
  }

  /** A line of the form {@code {"name",label="value"} 1}. */
  private void quoted(byte[] page, int at, int end) {
    int from = Labels.blanks(page, at + 1, end);
    int behind = from < end && page[from] == '"' ? Labels.quoted(page, from, end) : -1;
    if (behind < 0) {
      badLines++;
      return;
    }
    for (int i = 0; i < families.length; i++) {
      byte[] name = families[i].name;
      if (Arrays.equals(page, from + 1, behind - 1, name, 0, name.length)) {
        wanted(page, at, end, i, true);
        return;
      }
    }
  }

  private void wanted(byte[] page, int from, int end, int family, boolean quoted) {
    if (families[family].full) {
      badLines++;
    } else if (sample(page, from, end, family, quoted)) {
      samples++;
      seen |= 1L << Math.min(family, 63);
    } else {
      badLines++;
      malformed += families[family].full ? 0 : 1;
    }
  }

  /**
   * Reads one wanted line from behind its name; false when it is malformed or one series too many.
   */
  private boolean sample(byte[] page, int from, int lineEnd, int family, boolean quoted) {
    int end = lineEnd > from && page[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    if (end - from > MAX_LINE) {
      return false;
    }
    int at = Labels.blanks(page, from, end);
    if (at < end && page[at] == '{') {
      at = labels.scan(page, at + 1, end);
      if (at < 0 || labels.hasMetric() != quoted) {
        return false;
      }
    } else if (at == from) {
      return false;
    } else {
      labels.clear();
    }
    at = Labels.blanks(page, at, end);
    int stop = tokenEnd(page, at, end);
    double value = numbers.parse(page, at, stop);
    if (!numbers.valid() || !isRest(page, stop, end)) {
      return false;
    }
    for (Target target : families[family].targets) {
      if (target.wants(page, labels) && !target.take(page, labels, value)) {
        families[family].full = true;
      }
    }
    return !families[family].full;
  }

  /** Whether nothing but a time stamp and an exemplar follows the value. */
  private boolean isRest(byte[] page, int from, int end) {
    int at = Labels.blanks(page, from, end);
    if (at < end && page[at] != '#') {
      int stop = tokenEnd(page, at, end);
      numbers.parse(page, at, stop);
      at = Labels.blanks(page, stop, end);
      return numbers.valid() && (at == end || page[at] == '#');
    }
    return true;
  }

  private static int tokenEnd(byte[] page, int from, int end) {
    int at = from;
    while (at < end && page[at] != ' ' && page[at] != '\t') {
      at++;
    }
    return at;
  }

  private String complaint(byte[] page, int from, int length) {
    for (int at = from; at < length; ) {
      int end = Bytes.lineEnd(page, at, length);
      int start = Labels.blanks(page, at, end);
      if (start < end && page[start] != '\r') {
        return page[start] == '#' || isSample(page, start, end)
            ? "no wanted family on the page"
            : "not metrics: the page starts with \"" + excerpt(page, start, end) + "\"";
      }
      at = end + 1;
    }
    return "no wanted family: the page is empty";
  }

  private boolean isSample(byte[] page, int from, int lineEnd) {
    int at = from;
    while (at < lineEnd && Labels.isNameByte(page[at])) {
      at++;
    }
    int end = page[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    at = Labels.blanks(page, at, end);
    if (at < end && page[at] == '{') {
      at = labels.scan(page, at + 1, end);
    }
    if (at < 0) {
      return false;
    }
    at = Labels.blanks(page, at, end);
    int stop = tokenEnd(page, at, end);
    numbers.parse(page, at, stop);
    return numbers.valid() && isRest(page, stop, end);
  }

  private static String excerpt(byte[] page, int from, int end) {
    var text = new StringBuilder();
    for (int i = from; i < end && i < from + 40; i++) {
      text.append(page[i] >= ' ' && page[i] < 127 ? (char) page[i] : '?');
    }
    return text.toString();
  }

  private static boolean hasByteOrderMark(byte[] page, int length) {
    return length >= 3
        && page[0] == (byte) 0xEF
        && page[1] == (byte) 0xBB
        && page[2] == (byte) 0xBF;
  }

  private static void values(
      List<MetricSpec> specs, Item item, int limit, Map<String, List<Target>> byName) {
    for (MetricSpec spec : specs) {
      Target value = new Target.Value(spec, item.alternative(), limit);
      byName.computeIfAbsent(spec.name(), n -> new ArrayList<>()).add(value);
    }
  }

  /** One wanted family with those who want its lines. */
  private static final class Family {
    private final byte[] name;
    private final long tail;
    private final Target[] targets;

    /** Whether a line was one series too many: the rest of the family is not looked at. */
    private boolean full;

    Family(String name, List<Target> targets) {
      this.name = Ascii.bytes(name);
      this.tail = this.name.length < 8 ? 0 : Bytes.longAt(this.name, this.name.length - 8);
      this.targets = targets.toArray(Target[]::new);
    }

    /**
     * Compares the last bytes first: wanted names differ from their neighbours there, not in their
     * prefix.
     */
    boolean isAt(byte[] page, int at, int end) {
      int behind = at + name.length;
      return behind <= end
          && (name.length < 8 || Bytes.longAt(page, behind - 8) == tail)
          && (behind == end || !Labels.isNameByte(page[behind]))
          && Arrays.equals(page, at, behind, name, 0, name.length);
    }
  }
}
