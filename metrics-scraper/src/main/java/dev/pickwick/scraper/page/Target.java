package dev.pickwick.scraper.page;

import java.util.Arrays;

/** One who wants a family's lines, or those with certain labels. */
abstract sealed class Target {
  private final byte[][] names;
  private final byte[][] values;

  Target(MetricSpec spec) {
    names = spec.labels().stream().map(l -> Ascii.bytes(l.name())).toArray(byte[][]::new);
    values = spec.labels().stream().map(l -> escaped(l.value())).toArray(byte[][]::new);
  }

  final boolean wants(byte[] page, Labels labels) {
    for (int i = 0; i < names.length; i++) {
      int label = labels.find(page, names[i]);
      boolean equal =
          label < 0
              ? values[i].length == 0
              : Arrays.equals(
                  page,
                  labels.valueStart(label),
                  labels.valueEnd(label),
                  values[i],
                  0,
                  values[i].length);
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  /** Takes one well-formed line; false when there are too many series. */
  abstract boolean take(byte[] page, Labels labels, double value);

  private static byte[] escaped(String value) {
    return Ascii.bytes(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
  }

  /** Wants the value, cut to a limit. */
  static final class Value extends Target {
    private final SeriesTable table;
    private final int limit;

    Value(MetricSpec spec, SeriesTable table, int limit) {
      super(spec);
      this.table = table;
      this.limit = limit;
    }

    @Override
    boolean take(byte[] page, Labels labels, double value) {
      boolean usable = value >= 0 && value <= Double.MAX_VALUE;
      return !usable || table.put(labels.series(), Math.min(value, limit)) >= 0;
    }
  }

  /** Wants the cache geometry in the labels. */
  static final class CacheInfo extends Target {
    private final byte[] sizeLabel;
    private final byte[] countLabel;
    private final SeriesTable sizes;
    private final SeriesTable counts;

    CacheInfo(MetricSpec spec, byte[] sizeLabel, byte[] countLabel, Item size, Item count) {
      super(spec);
      this.sizeLabel = sizeLabel;
      this.countLabel = countLabel;
      this.sizes = size.alternative();
      this.counts = count.alternative();
    }

    @Override
    boolean take(byte[] page, Labels labels, double value) {
      boolean size = put(page, labels, sizeLabel, sizes);
      boolean count = put(page, labels, countLabel, counts);
      return size && count;
    }

    private static boolean put(byte[] page, Labels labels, byte[] name, SeriesTable table) {
      int label = labels.find(page, name);
      int number =
          label < 0 ? 0 : Ascii.positive(page, labels.valueStart(label), labels.valueEnd(label));
      return number == 0 || table.put(labels.series(), number) >= 0;
    }
  }

  /** Wants the adapter names in the labels. */
  static final class Lora extends Target {
    private final AdapterSeries series;

    Lora(MetricSpec spec, AdapterSeries series) {
      super(spec);
      this.series = series;
    }

    @Override
    boolean take(byte[] page, Labels labels, double value) {
      boolean usable = value >= 0 && value <= Double.MAX_VALUE;
      return !usable || series.add(page, labels, value);
    }
  }
}
