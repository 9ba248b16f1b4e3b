package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Requests as clients, and those who mean harm, might write them. */
final class RandomJson {

  private static final String[] TOP = {
    "model",
    "model",
    "model",
    "stream",
    "prompt",
    "prompt",
    "messages",
    "messages",
    "input",
    "items",
    "tools",
    "cache_salt",
    "Prompt",
    "MESSAGES",
    "Model",
    "me\u017F\u017Fages",
    "me\u017F\\u017fages",
    "me\\u00c5\\u00bf\\u00c5\\u00bfages",
    "documents",
    "temperature",
    "x",
    "",
    "m\u00f6del",
    "cache\\u005fsalt",
    "mod\\u0065l",
    "pr\\u006Fmpt",
    "a\\\\b"
  };
  private static final String[] USUAL = {
    "model", "stream", "prompt", "messages", "input", "tools", "cache_salt", "temperature"
  };
  private static final String[] MESSAGE = {
    "role", "role", "content", "content", "content", "Content", "name", "tool_calls", "r\\u006fle"
  };
  private static final String[] BLOCK = {
    "type", "text", "text", "image_url", "Image_URL", "url", "input_audio", "data", "k\u00e9y"
  };
  private static final String[] TEXTS = {
    "",
    "m",
    "qwen",
    "Hello, how are you?",
    "\\n",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ud83d\\ude00",
    "\u00e9\u6f22\ud83d\ude00",
    "\\\"",
    "\\\\",
    "\\/",
    "a b\\tc",
    "}{][,:",
    "  spaces  ",
    "\\b\\f\\r",
    "\\u0000",
    "x\\ud83dy",
    "\\ud83d\\n",
    "long text goes on and on and on "
  };
  private static final String[] SCALARS = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "1e5",
    "-0.0E-3",
    "9007199254740993",
    "1e999",
    "123456789012345678901234567890"
  };
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t", " \r\n "};
  private static final String[] NOISE = {
    "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "t", "u", " ", "\n", "\u0000", "n"
  };

  private final Random random;
  private final StringBuilder json = new StringBuilder();

  RandomJson(Random random) {
    this.random = random;
  }

  /** A request; mostly a valid one. */
  byte[] next() {
    json.setLength(0);
    space();
    if (random.nextInt(20) == 0) {
      any(3);
    } else if (random.nextBoolean()) {
      usual();
    } else {
      object(TOP, 0);
    }
    space();
    byte[] bytes = json.toString().getBytes(UTF_8);
    return random.nextInt(3) == 0 ? damaged(bytes) : bytes;
  }

  private byte[] damaged(byte[] valid) {
    StringBuilder broken = new StringBuilder();
    int at = random.nextInt(valid.length);
    String latin = new String(valid, ISO_8859_1);
    switch (random.nextInt(5)) {
      case 0 -> broken.append(latin, 0, at);
      case 1 -> broken.append(latin, 0, at).append(latin, at + 1, latin.length());
      case 2 -> broken.append(latin, 0, at).append(pick(NOISE)).append(latin.substring(at));
      case 3 -> broken.append(latin, 0, at).append(pick(NOISE)).append(latin.substring(at + 1));
      default -> broken.append(latin, 0, at).append('\u00ff').append(latin.substring(at));
    }
    return broken.toString().getBytes(ISO_8859_1);
  }

  /** Known keys in any order, each at most once: what the fast road takes. */
  private void usual() {
    List<String> keys = new ArrayList<>(List.of(USUAL));
    Collections.shuffle(keys, random);
    String separator = "{";
    for (String key : keys.subList(0, 1 + random.nextInt(keys.size()))) {
      json.append(separator);
      space();
      json.append('"').append(key).append("\":");
      space();
      value(key, 0);
      space();
      separator = ",";
    }
    json.append('}');
  }

  private void object(String[] keys, int level) {
    json.append('{');
    int members = random.nextInt(level == 0 ? 7 : 4);
    for (int i = 0; i < members; i++) {
      json.append(i == 0 ? "" : ",");
      space();
      String key = pick(keys);
      json.append('"').append(key).append('"');
      space();
      json.append(':');
      space();
      value(key, level);
      space();
    }
    json.append('}');
  }

  private void value(String key, int level) {
    if (random.nextInt(8) == 0) {
      any(3);
      return;
    }
    switch (key) {
      case "model" -> {
        if (random.nextBoolean()) {
          json.append("\"qwen\"");
        } else {
          text();
        }
      }
      case "prompt", "cache_salt", "role", "type", "text", "url", "data" -> text();
      case "messages", "MESSAGES" -> array(MESSAGE);
      case "content", "Content" -> {
        if (random.nextBoolean()) {
          text();
        } else {
          array(BLOCK);
        }
      }
      case "image_url", "input_audio", "Image_URL" -> object(BLOCK, level + 1);
      case "stream" -> json.append(random.nextBoolean() ? "true" : "false");
      default -> any(3);
    }
  }

  private void array(String[] keys) {
    json.append('[');
    int elements = random.nextInt(4);
    for (int i = 0; i < elements; i++) {
      json.append(i == 0 ? "" : ",");
      space();
      object(keys, 2);
      space();
    }
    json.append(']');
  }

  private void any(int depth) {
    int kind = random.nextInt(depth == 0 ? 2 : 5);
    switch (kind) {
      case 0 -> json.append(pick(SCALARS));
      case 1 -> text();
      case 2 -> object(random.nextBoolean() ? TOP : MESSAGE, 3);
      default -> {
        json.append('[');
        space();
        int elements = random.nextInt(4);
        for (int i = 0; i < elements; i++) {
          json.append(i == 0 ? "" : ",");
          if (kind == 3) {
            text();
          } else {
            any(depth - 1);
          }
          space();
        }
        json.append(']');
      }
    }
  }

  private void text() {
    json.append('"');
    int parts = random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      json.append(pick(TEXTS));
    }
    json.append('"');
  }

  private void space() {
    json.append(pick(SPACES));
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }
}
