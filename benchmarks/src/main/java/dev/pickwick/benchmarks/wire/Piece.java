package dev.pickwick.benchmarks.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * The one body a message carries, found in the message's own bytes; reused for one message after
 * another.
 */
public final class Piece {

  /** Field numbers that lead to {@code streamed_response} in a body reply. */
  private static final int[] REPLY_PATH = {1, 3, 3};

  /**
   * In both directions the kinds are the fields 1 to 7; what goes with any kind has 8 and above.
   */
  private static final int LAST_KIND = 7;

  private static final int BODY = 1;
  private static final int END_OF_STREAM = 2;

  private int offset;
  private int length;
  private boolean end;

  /** Where the body begins in the message. */
  public int offset() {
    return offset;
  }

  /** How long it is, in bytes. */
  public int length() {
    return length;
  }

  /** Whether it is the last. */
  public boolean end() {
    return end;
  }

  /**
   * The number of the field that says which of the message's kinds it is; 0 when there is none. It
   * need not be the first: Go writes it behind all other fields.
   *
   * @throws IOException when the message is malformed
   */
  public static int kind(byte[] message) throws IOException {
    if (message.length > 0 && isKind(message[0])) {
      return message[0] >>> 3;
    }
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isKind(tag)) {
        return tag >>> 3;
      }
      in.skipField(tag);
    }
    return 0;
  }

  private static boolean isKind(int tag) {
    return tag >= 0
        && tag >>> 3 >= 1
        && tag >>> 3 <= LAST_KIND
        && (tag & 7) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /**
   * Finds the body in a body message of a gateway, {@code HttpBody}.
   *
   * @throws IOException when the message is malformed
   */
  public void ofRequest(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    enter(in, kind(message));
    readBody(in);
  }

  /**
   * Finds the body in a picker's body reply, {@code streamed_response}.
   *
   * @throws IOException when the message is malformed or carries none
   */
  public void ofReply(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    enter(in, kind(message));
    for (int field : REPLY_PATH) {
      enter(in, field);
    }
    readBody(in);
  }

  /** Goes into a field that holds a message, past whatever stands before it. */
  private static void enter(CodedInputStream in, int field) throws IOException {
    int tag = in.readTag();
    while (tag != 0 && WireFormat.getTagFieldNumber(tag) != field) {
      in.skipField(tag);
      tag = in.readTag();
    }
    if (tag == 0 || WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw new IOException("field " + field + ": none (expected: a message)");
    }
    in.pushLimit(in.readRawVarint32());
  }

  private void readBody(CodedInputStream in) throws IOException {
    offset = 0;
    length = 0;
    end = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case BODY -> {
          length = in.readRawVarint32();
          offset = in.getTotalBytesRead();
          in.skipRawBytes(length);
        }
        case END_OF_STREAM -> end = in.readBool();
        default -> in.skipField(tag);
      }
    }
  }
}
