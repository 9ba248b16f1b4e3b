package dev.pickwick.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chat requests of one size, as bytes and as encoded messages, of which no two have the same
 * prompt: 32 hexadecimal digits in it are the request's own. The rest is the same for all and is
 * never copied, but for the message that holds the digits.
 */
final class LoadBody {

  /** Digits that make a prompt its own. */
  private static final int DIGITS = 32;

  /**
   * In the order of the alphabet and without blanks, so that a picker that writes JSON anew, as the
   * reference does, sends the same bytes.
   */
  private static final String HEAD = "{\"messages\":[{\"content\":\"";

  private static final String TAIL =
      "\",\"role\":\"user\"}],\"model\":\"load/llama\",\"stream\":true}";

  /** The shortest body that can be made, in bytes. */
  static final int LEAST_BYTES = HEAD.length() + DIGITS + TAIL.length();

  private static final String FILLER =
      "It was the best of times, it was the worst of times, it was the age of wisdom. ";

  private final byte[] body;

  /** Where the digits of a group are, when there are groups: at the beginning of the prompt. */
  private final int groupAt;

  private final int digitsAt;
  private final int groups;
  private final List<byte[]> messages = new ArrayList<>();
  private final int[] ends;
  private final int ownMessages;

  LoadBody(int bytes, int chunkBytes, int prefixGroups) {
    this.groups = prefixGroups;
    this.body = template(bytes);
    this.groupAt = HEAD.length();
    this.digitsAt = prefixGroups > 0 ? bytes - TAIL.length() - DIGITS / 2 : groupAt;
    List<Integer> chunkEnds = new ArrayList<>();
    for (int from = 0; from < bytes; from += chunkBytes) {
      int to = Math.min(bytes, from + chunkBytes);
      chunkEnds.add(to);
      messages.add(message(ByteString.copyFrom(body, from, to - from), false));
    }
    this.ends = chunkEnds.stream().mapToInt(Integer::intValue).toArray();
    this.ownMessages = messages.size();
    messages.add(message(ByteString.EMPTY, true));
  }

  /** Messages in a body, the empty one at the end included. */
  int messages() {
    return messages.size();
  }

  /** Length of a body, in bytes. */
  int length() {
    return body.length;
  }

  /** A message of the request with a number; an array that must not be changed. */
  byte[] message(int index, long number) {
    byte[] shared = messages.get(index);
    if (index == ownMessages) {
      return shared;
    }
    int from = index == 0 ? 0 : ends[index - 1];
    int to = ends[index];
    byte[] digits = digits(number);
    byte[] own = null;
    // The body stands at the end of its message.
    int shift = shared.length - to;
    for (int i = 0; i < DIGITS; i++) {
      int place = place(i);
      if (place >= from && place < to) {
        own = own == null ? shared.clone() : own;
        own[shift + place] = digits[i];
      }
    }
    return own == null ? shared : own;
  }

  /** Whether bytes are those of the request with a number from a place on. */
  boolean matches(long number, int at, byte[] bytes, int offset, int length) {
    if (at + length > body.length) {
      return false;
    }
    int from = at;
    byte[] digits = digits(number);
    for (int i = 0; i < DIGITS; i++) {
      int place = place(i);
      if (place < at || place >= at + length) {
        continue;
      }
      int before = place - from;
      if (!Arrays.equals(body, from, place, bytes, offset + from - at, offset + from - at + before)
          || bytes[offset + place - at] != digits[i]) {
        return false;
      }
      from = place + 1;
    }
    return Arrays.equals(body, from, at + length, bytes, offset + from - at, offset + length);
  }

  /** A whole body. */
  byte[] bytes(long number) {
    byte[] own = body.clone();
    byte[] digits = digits(number);
    for (int i = 0; i < DIGITS; i++) {
      own[place(i)] = digits[i];
    }
    return own;
  }

  /** The first half of the digits names the group, or half of the number where there are none. */
  private int place(int digit) {
    int half = DIGITS / 2;
    if (groups == 0) {
      return digitsAt + digit;
    }
    return digit < half ? groupAt + digit : digitsAt + digit - half;
  }

  private byte[] digits(long number) {
    byte[] digits = new byte[DIGITS];
    // Numbers that follow each other differ from the first digit on.
    hex(groups > 0 ? number % groups : Long.reverse(number), digits, 0);
    hex(number, digits, DIGITS / 2);
    return digits;
  }

  private static void hex(long value, byte[] to, int at) {
    for (int i = 0; i < DIGITS / 2; i++) {
      to[at + i] = (byte) Character.forDigit((int) (value >>> (60 - 4 * i)) & 0xf, 16);
    }
  }

  private static byte[] template(int bytes) {
    StringBuilder text = new StringBuilder(bytes).append(HEAD);
    text.append("0".repeat(DIGITS));
    while (text.length() < bytes - TAIL.length()) {
      text.append(FILLER, 0, Math.min(FILLER.length(), bytes - TAIL.length() - text.length()));
    }
    return text.append(TAIL).toString().getBytes(US_ASCII);
  }

  private static byte[] message(ByteString piece, boolean end) {
    return ProcessingRequest.newBuilder()
        .setRequestBody(HttpBody.newBuilder().setBody(piece).setEndOfStream(end))
        .build()
        .toByteArray();
  }
}
