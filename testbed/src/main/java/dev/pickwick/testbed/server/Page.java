package dev.pickwick.testbed.server;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A metrics page being written: families in order, each with the names of its samples. */
final class Page {

  /** How numbers and labels are written. */
  enum Style {
    /** Integers bare, {@code le} last, families by name. */
    GO,
    /** Every number with a point, labels in alphabetical order, {@code _created} families. */
    PYTHON,
    /** Rust client: integers bare, sums before buckets, {@code # EOF}. */
    OPENMETRICS
  }

  private static final class Family {
    final String name;
    final StringBuilder text = new StringBuilder();
    final Set<String> samples = new TreeSet<>();

    Family(String name) {
      this.name = name;
    }
  }

  private final Style style;
  private final double created;
  private final List<Family> families = new ArrayList<>();
  private Family family = new Family("");

  /**
   * An empty page.
   *
   * @param created start of the server in seconds since 1970
   */
  Page(Style style, double created) {
    this.style = style;
    this.created = created;
  }

  Page family(String name, String type, String help) {
    family = new Family(name);
    families.add(family);
    family.text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    family.text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /**
   * Adds a sample to the family begun last.
   *
   * @param labels as they stand between the braces, empty for none
   */
  Page sample(String name, String labels, double value) {
    family.samples.add(name);
    family.text.append(name);
    if (!labels.isEmpty()) {
      family.text.append('{').append(labels).append('}');
    }
    family.text.append(' ');
    number(value);
    family.text.append('\n');
    return this;
  }

  Page sample(String name, String labels, long value) {
    return sample(name, labels, (double) value);
  }

  Page gauge(String name, String labels, long value, String help) {
    return gauge(name, labels, (double) value, help);
  }

  Page gauge(String name, String labels, double value, String help) {
    return family(name, "gauge", help).sample(name, labels, value);
  }

  /** A counter; the Python style adds the family of creation times. */
  Page counter(String base, List<String> labels, double[] values, String help) {
    String sample = base + "_total";
    family(style == Style.OPENMETRICS ? base : sample, "counter", help);
    for (int i = 0; i < values.length; i++) {
      sample(sample, labels.get(i), values[i]);
    }
    return style == Style.PYTHON ? created(base, labels, help) : this;
  }

  Page counter(String base, String labels, long value, String help) {
    return counter(base, List.of(labels), new double[] {(double) value}, help);
  }

  /** The creation times that the Python client writes as a family of their own. */
  Page created(String base, List<String> labels, String help) {
    family(base + "_created", "gauge", help);
    labels.forEach(each -> sample(base + "_created", each, created));
    return this;
  }

  /**
   * A histogram with one series.
   *
   * @param before labels that sort before {@code le}, followed by a comma, or empty
   * @param after labels that sort after {@code le}, preceded by a comma, or empty
   */
  Page histogram(String name, String before, String after, Histogram histogram, String help) {
    family(name, "histogram", help);
    buckets(name, before, after, histogram);
    return style == Style.PYTHON ? created(name, List.of(join(before, after)), help) : this;
  }

  /** Adds one series of a histogram to the family begun last. */
  Page buckets(String name, String before, String after, Histogram histogram) {
    long[] cumulative = histogram.cumulative();
    String plain = join(before, after);
    long count = cumulative[cumulative.length - 1];
    if (style == Style.OPENMETRICS) {
      sample(name + "_sum", plain, histogram.sum());
      sample(name + "_count", plain, count);
    }
    for (int i = 0; i < cumulative.length; i++) {
      String bound = i < histogram.bounds().length ? bound(histogram.bounds()[i]) : "+Inf";
      sample(name + "_bucket", labels(before, "le=\"" + bound + '"', after), cumulative[i]);
    }
    if (style == Style.PYTHON) {
      sample(name + "_count", plain, count);
      sample(name + "_sum", plain, histogram.sum());
    } else if (style == Style.GO) {
      sample(name + "_sum", plain, histogram.sum());
      sample(name + "_count", plain, count);
    }
    return this;
  }

  /**
   * The page as bytes.
   *
   * @param names families or samples to be kept; empty = all
   */
  byte[] render(Set<String> names) {
    var text = new StringBuilder(1 << 16);
    if (style == Style.GO) {
      families.sort(Comparator.comparing(each -> each.name));
    }
    for (Family each : families) {
      if (names.isEmpty()
          || names.contains(each.name)
          || each.samples.stream().anyMatch(names::contains)) {
        text.append(each.text);
      }
    }
    if (style == Style.OPENMETRICS) {
      text.append("# EOF\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A label value with its escapes. */
  static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private String labels(String before, String le, String after) {
    return style == Style.GO && !join(before, after).isEmpty()
        ? join(before, after) + ',' + le
        : before + le + after;
  }

  private static String join(String before, String after) {
    if (before.isEmpty()) {
      return after.isEmpty() ? "" : after.substring(1);
    }
    return before.substring(0, before.length() - 1) + after;
  }

  private String bound(double value) {
    return style == Style.GO ? shortest(value) : withPoint(shortest(value));
  }

  private void number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      family.text.append((long) value);
      if (style == Style.PYTHON) {
        family.text.append(".0");
      }
    } else if (style == Style.PYTHON) {
      family.text.append(withPoint(shortest(value)));
    } else if (style == Style.OPENMETRICS && Double.isFinite(value)) {
      family.text.append(
          new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString());
    } else {
      family.text.append(shortest(value));
    }
  }

  private static String withPoint(String number) {
    boolean plain = number.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return plain ? number + ".0" : number;
  }

  /** Shortest text that reads back as the same number, with an exponent from a million on. */
  static String shortest(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().abs().toString();
    var text = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    return text.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }
}
