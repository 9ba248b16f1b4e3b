package dev.pickwick.scraper.page;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Names the series of one metric: a family and the label values a series must have, as in the
 * instant selector {@code name{label="value",…}} with equality only. A wanted empty value also
 * matches an absent label.
 *
 * @param name name of the metric family
 * @param labels label values a series must have; empty for every series of the family
 */
public record MetricSpec(String name, List<Label> labels) {

  /**
   * One wanted label.
   *
   * @param name name of the label
   * @param value its wanted value, unescaped
   */
  public record Label(String name, String value) {}

  /** Checks the name and copies the labels. */
  public MetricSpec {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("metric spec: empty name (expected: name{label=value,…})");
    }
    labels = List.copyOf(labels);
  }

  /**
   * Reads {@code name} or {@code name{label=value,…}}; quotes around values are optional, blanks
   * are free.
   *
   * @throws IllegalArgumentException when the text is something else; the message says what and
   *     where
   */
  public static MetricSpec parse(String text) {
    return new Reader(text).spec();
  }

  @Override
  public String toString() {
    if (labels.isEmpty()) {
      return name;
    }
    var text = new StringBuilder(name).append('{');
    for (Label label : labels) {
      if (text.charAt(text.length() - 1) != '{') {
        text.append(',');
      }
      String value = label.value().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      text.append(label.name()).append("=\"").append(value).append('"');
    }
    return text.append('}').toString();
  }

  /** Reads one spec from left to right. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    MetricSpec spec() {
      skipBlanks();
      String name = word(true);
      var labels = new ArrayList<Label>();
      if (peek() == '{') {
        at++;
        labels(labels);
      }
      if (at < text.length()) {
        throw problem("the end");
      }
      return new MetricSpec(name, labels);
    }

    private void labels(List<Label> labels) {
      var seen = new HashSet<String>();
      skipBlanks();
      while (peek() != '}') {
        int start = at;
        String label = word(false);
        if (!seen.add(label)) {
          at = start;
          throw problem("each label once");
        }
        if (peek() != '=' || next() == '=' || next() == '~') {
          throw problem("label=value");
        }
        at++;
        skipBlanks();
        labels.add(new Label(label, peek() == '"' ? quoted() : bare()));
        skipBlanks();
        if (peek() == ',') {
          at++;
          skipBlanks();
        } else if (peek() != '}') {
          throw problem("',' or '}'");
        }
      }
      at++;
      skipBlanks();
    }

    private String word(boolean colon) {
      int start = at;
      while (at < text.length() && isNameChar(text.charAt(at), colon, at == start)) {
        at++;
      }
      if (at == start) {
        throw problem(colon ? "a metric name" : "a label name");
      }
      String word = text.substring(start, at);
      skipBlanks();
      return word;
    }

    private String bare() {
      int start = at;
      while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '}') {
        at++;
      }
      return text.substring(start, at).strip();
    }

    private String quoted() {
      var value = new StringBuilder();
      at++;
      while (peek() != '"') {
        if (peek() == '\\') {
          at++;
          switch (peek()) {
            case 'n' -> value.append('\n');
            case '"', '\\' -> value.append(peek());
            default -> throw problem("one of \\\\, \\\" and \\n");
          }
        } else if (at >= text.length()) {
          throw problem("a closing quote");
        } else {
          value.append(peek());
        }
        at++;
      }
      at++;
      return value.toString();
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() {
      return at + 1 < text.length() ? text.charAt(at + 1) : 0;
    }

    private void skipBlanks() {
      while (peek() == ' ' || peek() == '\t') {
        at++;
      }
    }

    private IllegalArgumentException problem(String expected) {
      return new IllegalArgumentException(
          "metric spec \"" + text + "\" at character " + at + " (expected: " + expected + ")");
    }

    private static boolean isNameChar(char c, boolean colon, boolean first) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || c == '_'
          || (c == ':' && colon)
          || (c >= '0' && c <= '9' && !first);
    }
  }
}
