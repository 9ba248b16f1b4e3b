package dev.pickwick.scraper.page;

import java.util.Arrays;

/**
 * The LoRA series of one page: labels as ranges of the page, values by series. Belongs to one
 * thread.
 */
final class AdapterSeries {
  private static final byte[] RUNNING = Ascii.bytes("running_lora_adapters");
  private static final byte[] WAITING = Ascii.bytes("waiting_lora_adapters");
  private static final byte[] MAX = Ascii.bytes("max_lora");
  private static final int RANGES = 4;

  private SeriesTable table = new SeriesTable();
  private int[] ranges = new int[8 * RANGES];
  private int[] max = new int[8];

  SeriesTable table() {
    return table;
  }

  /** Hands the values out and goes on with another table. */
  SeriesTable exchange(SeriesTable other) {
    SeriesTable taken = table;
    table = other;
    return taken;
  }

  void clear() {
    table.clear();
  }

  /** Adds one line; false when there are too many. */
  boolean add(byte[] page, Labels labels, double value) {
    int index = table.put(labels.series(), value);
    if (index < 0) {
      return false;
    }
    if (index >= max.length) {
      max = Arrays.copyOf(max, max.length * 2);
      ranges = Arrays.copyOf(ranges, ranges.length * 2);
    }
    range(page, labels, RUNNING, index * RANGES);
    range(page, labels, WAITING, index * RANGES + 2);
    int label = labels.find(page, MAX);
    int slots =
        label < 0 ? 0 : Ascii.positive(page, labels.valueStart(label), labels.valueEnd(label));
    max[index] = slots;
    return true;
  }

  int runningStart(int index) {
    return ranges[index * RANGES];
  }

  int runningEnd(int index) {
    return ranges[index * RANGES + 1];
  }

  int waitingStart(int index) {
    return ranges[index * RANGES + 2];
  }

  int waitingEnd(int index) {
    return ranges[index * RANGES + 3];
  }

  int max(int index) {
    return max[index];
  }

  private void range(byte[] page, Labels labels, byte[] name, int at) {
    int label = labels.find(page, name);
    ranges[at] = label < 0 ? 0 : labels.valueStart(label);
    ranges[at + 1] = label < 0 ? 0 : labels.valueEnd(label);
  }
}
