package dev.pickwick.epp.serving;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The few ASN.1 DER encodings that a certificate needs (ITU-T X.690). */
final class Der {
  private static final int SEQUENCE = 0x30;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tlv(SEQUENCE, parts);
  }

  static byte[] set(byte[]... parts) {
    return tlv(0x31, parts);
  }

  static byte[] explicit(int number, byte[]... parts) {
    return tlv(0xa0 | number, parts);
  }

  static byte[] integer(BigInteger value) {
    return tlv(0x02, value.toByteArray());
  }

  static byte[] utf8(String text) {
    return tlv(0x0c, text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code text} as {@code yyMMddHHmmssZ}; RFC 5280 wants this form for years before 2050. */
  static byte[] utcTime(String text) {
    return tlv(0x17, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] octets(byte[] content) {
    return tlv(0x04, content);
  }

  static byte[] bits(int unused, byte... content) {
    return tlv(0x03, new byte[] {(byte) unused}, content);
  }

  static byte[] yes() {
    return tlv(0x01, new byte[] {(byte) 0xff});
  }

  /** An object identifier in dotted form whose first arc is 0, 1 or 2. */
  static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (arc >>> shift != 0) {
          out.write(0x80 | (arc >>> shift));
        }
      }
      out.write(arc & 0x7f);
    }
    return tlv(0x06, out.toByteArray());
  }

  /**
   * The first element of an encoded sequence, with its tag and length.
   *
   * @throws IllegalArgumentException when there is none
   */
  static byte[] first(byte[] sequence) {
    int start = contentStart(sequence, 0);
    int content = contentStart(sequence, start);
    int end = content + length(sequence, start);
    if (end > sequence.length) {
      throw new IllegalArgumentException("DER: cut off (expected: a sequence)");
    }
    return Arrays.copyOfRange(sequence, start, end);
  }

  private static int contentStart(byte[] der, int at) {
    int first = at + 1 < der.length ? der[at + 1] & 0xff : 0xff;
    if (first > 0x82) {
      throw new IllegalArgumentException("DER: no length (expected: one up to 65535)");
    }
    return at + 2 + (first > 0x80 ? first - 0x80 : 0);
  }

  private static int length(byte[] der, int at) {
    int length = 0;
    int content = contentStart(der, at);
    if (content == at + 2) {
      return der[at + 1];
    }
    for (int i = at + 2; i < content && i < der.length; i++) {
      length = (length << 8) | (der[i] & 0xff);
    }
    return length;
  }

  static byte[] tlv(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    if (length > 0xffff) {
      throw new IllegalArgumentException("DER: " + length + " bytes (expected: up to 65535)");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
