package dev.pickwick.epp.body;

/** The messages of Go's {@code encoding/json}, which clients of the reference may know. */
final class GoSyntaxError {

  static final String UNEXPECTED_END = "unexpected end of JSON input";

  private GoSyntaxError() {}

  static String invalidCharacter(byte c, String context) {
    return "invalid character " + quoted(c & 0xFF) + " " + context;
  }

  static String wrongType(JsonType found) {
    return "json: cannot unmarshal "
        + found.goName()
        + " into Go value of type map[string]interface {}";
  }

  /** Go quotes the byte as if it were the character of that number, so a BOM begins with 'ï'. */
  private static String quoted(int c) {
    return switch (c) {
      case '\'' -> "'\\''";
      case '\\' -> "'\\\\'";
      case 7 -> "'\\a'";
      case '\b' -> "'\\b'";
      case '\t' -> "'\\t'";
      case '\n' -> "'\\n'";
      case 11 -> "'\\v'";
      case '\f' -> "'\\f'";
      case '\r' -> "'\\r'";
      default -> {
        if (c < ' ' || c == 0x7F) {
          yield String.format("'\\x%02x'", c);
        }
        if ((c >= 0x80 && c <= 0xA0) || c == 0xAD) {
          yield String.format("'\\u%04x'", c);
        }
        yield "'" + (char) c + "'";
      }
    };
  }
}
