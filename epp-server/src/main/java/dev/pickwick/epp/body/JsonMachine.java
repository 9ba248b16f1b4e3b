package dev.pickwick.epp.body;

import static dev.pickwick.epp.body.JsonBytes.isDigit;
import static dev.pickwick.epp.body.JsonBytes.isSpace;

import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text in pieces of any size, says where its keys and values begin and end, and
 * judges it as Go's {@code encoding/json} does, in the same words.
 *
 * <p>Like Go it accepts any bytes from 0x80 on inside strings, lone surrogates, numbers of any
 * size, and 10,000 levels. It keeps its state, the nesting and the current key, and only of keys
 * that are reported. Not thread-safe.
 */
final class JsonMachine {

  /** What {@link #advance} came to. */
  enum Event {
    /** All bytes given were read. */
    MORE,
    /** A member's name has ended, and perhaps its colon was read; see {@link #key()}. */
    KEY,
    /** The first byte of a value was read, the one before {@link #at()}. */
    START,
    /** A value has ended before {@link #at()}. */
    END,
    /** The text is not JSON: the byte at {@link #at()} must not stand there. */
    FAILED
  }

  static final int MAX_DEPTH = 10_000;

  /** Longer keys are reported with their length but without their content. */
  static final int MAX_KEY = 256;

  private static final int BEFORE_VALUE = 0;
  private static final int BEFORE_VALUE_OR_END = 1;
  private static final int BEFORE_KEY = 2;
  private static final int BEFORE_KEY_OR_END = 3;
  private static final int BEFORE_COLON = 4;
  private static final int AFTER_MEMBER = 5;
  private static final int AFTER_ELEMENT = 6;
  private static final int STRING = 7;
  private static final int ESCAPE = 8;
  private static final int HEX = 9;
  private static final int LITERAL = 10;
  private static final int MINUS = 11;
  private static final int ZERO = 12;
  private static final int INTEGER = 13;
  private static final int POINT = 14;
  private static final int FRACTION = 15;
  private static final int EXPONENT_MARK = 16;
  private static final int EXPONENT_SIGN = 17;
  private static final int EXPONENT = 18;
  private static final int DONE = 19;
  private static final int BROKEN = 20;

  private static final byte[] SPACE = {' '};

  private final JsonNesting nesting = new JsonNesting();
  private int state = BEFORE_VALUE;
  private int reported;
  private int at;
  private int depth;
  private JsonType type = JsonType.NULL;
  private String literal = "";
  private int literalRead;
  private int hexLeft;
  private boolean inKey;
  private final byte[] key = new byte[MAX_KEY];
  private int keyLength;
  private boolean keyEscaped;
  private @Nullable String error;

  /** Begins another text; how deep to report stays to be said. */
  void reset() {
    nesting.clear();
    state = BEFORE_VALUE;
    reported = 0;
    error = null;
  }

  /** Reports keys and values inside at most {@code depth} containers; the text itself is at 0. */
  void reportDownTo(int depth) {
    reported = depth;
  }

  /** Index of the first byte that the last {@link #advance} did not read. */
  int at() {
    return at;
  }

  /** Number of containers around the key or value of the last event. */
  int depth() {
    return depth;
  }

  /** Type of the value of the last start or end. */
  JsonType type() {
    return type;
  }

  /** The last key as it stands between its quotes, in the first {@link #keyLength()} bytes. */
  byte[] key() {
    return key;
  }

  /** Number of bytes in the last key. */
  int keyLength() {
    return keyLength;
  }

  /** True when the last key has a backslash in it. */
  boolean keyEscaped() {
    return keyEscaped;
  }

  /** Ends the text: what is wrong with it, in Go's words, or null. */
  @Nullable String finish() {
    Event event = advance(SPACE, 0, 1);
    while (event == Event.START || event == Event.KEY || event == Event.END) {
      event = advance(SPACE, at, 1);
    }
    if (state != DONE && state != BROKEN) {
      error = GoSyntaxError.UNEXPECTED_END;
      state = BROKEN;
    }
    return error;
  }

  /** Reads from {@code from} on until there is something to report, at most to {@code end}. */
  Event advance(byte[] b, int from, int end) {
    at = from;
    while (at < end) {
      Event event =
          switch (state) {
            case STRING -> text(b, end);
            case BEFORE_VALUE, BEFORE_VALUE_OR_END -> beforeValue(b[at]);
            case BEFORE_KEY, BEFORE_KEY_OR_END -> beforeKey(b[at]);
            case BEFORE_COLON -> beforeColon(b[at]);
            case AFTER_MEMBER -> afterMember(b, end);
            case AFTER_ELEMENT -> afterElement(b[at]);
            case ESCAPE -> escape(b[at]);
            case HEX -> hex(b[at]);
            case LITERAL -> literal(b, end);
            case DONE -> isSpace(b[at]) ? next() : fail(b[at], "after top-level value");
            case BROKEN -> Event.FAILED;
            default -> number(b, end);
          };
      if (event != Event.MORE) {
        return event;
      }
    }
    return Event.MORE;
  }

  private Event beforeValue(byte c) {
    if (isSpace(c)) {
      return next();
    }
    if (c == ']' && state == BEFORE_VALUE_OR_END) {
      return close();
    }
    switch (c) {
      case '"' -> {
        type = JsonType.STRING;
        state = STRING;
        inKey = false;
      }
      case '{' -> {
        return open(c, JsonType.OBJECT, BEFORE_KEY_OR_END);
      }
      case '[' -> {
        return open(c, JsonType.ARRAY, BEFORE_VALUE_OR_END);
      }
      case 't' -> beginLiteral(JsonType.TRUE, "true");
      case 'f' -> beginLiteral(JsonType.FALSE, "false");
      case 'n' -> beginLiteral(JsonType.NULL, "null");
      case '-' -> beginNumber(MINUS);
      case '0' -> beginNumber(ZERO);
      default -> {
        if (!isDigit(c)) {
          return fail(c, "looking for beginning of value");
        }
        beginNumber(INTEGER);
      }
    }
    at++;
    return report(Event.START, nesting.depth());
  }

  private Event open(byte c, JsonType container, int inside) {
    int around = nesting.depth();
    if (around == MAX_DEPTH) {
      return fail(c, "exceeded max depth");
    }
    nesting.push(container == JsonType.OBJECT);
    type = container;
    state = inside;
    at++;
    return report(Event.START, around);
  }

  private Event close() {
    type = nesting.inObject() ? JsonType.OBJECT : JsonType.ARRAY;
    nesting.pop();
    at++;
    return ended();
  }

  private Event ended() {
    int around = nesting.depth();
    state = around == 0 ? DONE : nesting.inObject() ? AFTER_MEMBER : AFTER_ELEMENT;
    return report(Event.END, around);
  }

  private Event beforeKey(byte c) {
    if (isSpace(c)) {
      return next();
    }
    if (c == '}' && state == BEFORE_KEY_OR_END) {
      return close();
    }
    if (c != '"') {
      return fail(c, "looking for beginning of object key string");
    }
    beginKey();
    return Event.MORE;
  }

  private void beginKey() {
    state = STRING;
    inKey = true;
    keyLength = 0;
    keyEscaped = false;
    at++;
  }

  private Event beforeColon(byte c) {
    if (c == ':') {
      state = BEFORE_VALUE;
    } else if (!isSpace(c)) {
      return fail(c, "after object key");
    }
    return next();
  }

  private Event afterMember(byte[] b, int end) {
    byte c = b[at];
    if (c == ',') {
      at++;
      state = BEFORE_KEY;
      // A key follows at once in almost every text.
      if (at < end && b[at] == '"') {
        beginKey();
      }
      return Event.MORE;
    }
    if (c == '}') {
      return close();
    }
    return isSpace(c) ? next() : fail(c, "after object key:value pair");
  }

  private Event afterElement(byte c) {
    if (c == ',') {
      state = BEFORE_VALUE;
      return next();
    }
    if (c == ']') {
      return close();
    }
    return isSpace(c) ? next() : fail(c, "after array element");
  }

  private Event text(byte[] b, int end) {
    int from = at;
    at = JsonBytes.endOfPlainText(b, from, end);
    if (inKey) {
      keep(b, from, at);
    }
    if (at == end) {
      return Event.MORE;
    }
    byte c = b[at];
    if (c == '"') {
      at++;
      return inKey ? endKey(b, end) : endString();
    }
    if (c != '\\') {
      return fail(c, "in string literal");
    }
    state = ESCAPE;
    return keepEscape(c);
  }

  private Event endKey(byte[] b, int end) {
    if (at < end && b[at] == ':') {
      at++;
      state = BEFORE_VALUE;
    } else {
      state = BEFORE_COLON;
    }
    return report(Event.KEY, nesting.depth());
  }

  private Event endString() {
    type = JsonType.STRING;
    return ended();
  }

  private Event escape(byte c) {
    switch (c) {
      case 'b', 'f', 'n', 'r', 't', '\\', '/', '"' -> state = STRING;
      case 'u' -> {
        state = HEX;
        hexLeft = 4;
      }
      default -> {
        return fail(c, "in string escape code");
      }
    }
    return keepEscape(c);
  }

  private Event hex(byte c) {
    if (JsonBytes.hexValue(c) < 0) {
      return fail(c, "in \\u hexadecimal character escape");
    }
    if (--hexLeft == 0) {
      state = STRING;
    }
    return keepEscape(c);
  }

  private void beginLiteral(JsonType literalType, String word) {
    type = literalType;
    state = LITERAL;
    literal = word;
    literalRead = 1;
  }

  private Event literal(byte[] b, int end) {
    while (at < end) {
      byte c = b[at];
      char expected = literal.charAt(literalRead);
      if (c != expected) {
        return fail(c, "in literal " + literal + " (expecting '" + expected + "')");
      }
      at++;
      if (++literalRead == literal.length()) {
        return ended();
      }
    }
    return Event.MORE;
  }

  private void beginNumber(int first) {
    type = JsonType.NUMBER;
    state = first;
  }

  private Event number(byte[] b, int end) {
    for (; at < end; at++) {
      byte c = b[at];
      switch (state) {
        case MINUS -> {
          if (!isDigit(c)) {
            return fail(c, "in numeric literal");
          }
          state = c == '0' ? ZERO : INTEGER;
        }
        case ZERO, INTEGER -> {
          if (c == '.') {
            state = POINT;
          } else if (c == 'e' || c == 'E') {
            state = EXPONENT_MARK;
          } else if (state == ZERO || !isDigit(c)) {
            return ended();
          }
        }
        case POINT -> {
          if (!isDigit(c)) {
            return fail(c, "after decimal point in numeric literal");
          }
          state = FRACTION;
        }
        case FRACTION -> {
          if (c == 'e' || c == 'E') {
            state = EXPONENT_MARK;
          } else if (!isDigit(c)) {
            return ended();
          }
        }
        case EXPONENT_MARK, EXPONENT_SIGN -> {
          if (state == EXPONENT_MARK && (c == '+' || c == '-')) {
            state = EXPONENT_SIGN;
          } else if (isDigit(c)) {
            state = EXPONENT;
          } else {
            return fail(c, "in exponent of numeric literal");
          }
        }
        default -> {
          if (!isDigit(c)) {
            return ended();
          }
        }
      }
    }
    return Event.MORE;
  }

  private Event next() {
    at++;
    return Event.MORE;
  }

  private Event report(Event event, int around) {
    depth = around;
    return around <= reported ? event : Event.MORE;
  }

  private Event keepEscape(byte c) {
    if (inKey) {
      keyEscaped = true;
      if (keyLength < MAX_KEY) {
        key[keyLength] = c;
      }
      keyLength++;
    }
    return next();
  }

  private void keep(byte[] b, int from, int to) {
    int length = to - from;
    if (keyLength < MAX_KEY) {
      System.arraycopy(b, from, key, keyLength, Math.min(length, MAX_KEY - keyLength));
    }
    keyLength += length;
  }

  private Event fail(byte c, String context) {
    state = BROKEN;
    error = GoSyntaxError.invalidCharacter(c, context);
    return Event.FAILED;
  }
}
