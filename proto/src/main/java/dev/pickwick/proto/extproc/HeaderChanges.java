package dev.pickwick.proto.extproc;

import java.nio.charset.StandardCharsets;

/**
 * Header fields to set and to remove, kept as the bytes of a {@code HeaderMutation}.
 *
 * <p>Immutable: each call gives a new value, so that the usual sets can be constants. Meant for a
 * handful of fields.
 */
public final class HeaderChanges {

  /** Leaves every field alone. */
  public static final HeaderChanges NONE = new HeaderChanges(new byte[0]);

  /** {@code OVERWRITE_IF_EXISTS_OR_ADD}; left out, Envoy would append. */
  private static final int OVERWRITE_IF_EXISTS_OR_ADD = 2;

  private final byte[] encoded;

  private HeaderChanges(byte[] encoded) {
    this.encoded = encoded;
  }

  /**
   * These changes, and that field set to that value alone, whatever it held before.
   *
   * @param value sent as UTF-8; gateways do not set a field to an empty value: agentgateway leaves
   *     the field as it is, Envoy drops it
   */
  public HeaderChanges set(String name, String value) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    BackwardWriter writer = writerFor(nameBytes.length + valueBytes.length);
    writeSet(writer, nameBytes, valueBytes);
    return before(writer);
  }

  /** These changes, and that field removed; gateways remove before they set. */
  public HeaderChanges remove(String name) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    BackwardWriter writer = writerFor(nameBytes.length);
    writer.bytes(Tag.MUTATION_REMOVE, nameBytes);
    return before(writer);
  }

  /** Whether nothing is changed. */
  public boolean isEmpty() {
    return encoded.length == 0;
  }

  /** Size of the fields of the {@code HeaderMutation}, in bytes. */
  int size() {
    return encoded.length;
  }

  /** The fields of the {@code HeaderMutation}. */
  byte[] encoded() {
    return encoded;
  }

  /** Puts one {@code set_headers} entry in front of what was written. */
  static void writeSet(BackwardWriter writer, byte[] name, byte[] value) {
    int option = writer.mark();
    writer.number(Tag.OPTION_APPEND_ACTION, OVERWRITE_IF_EXISTS_OR_ADD);
    int header = writer.mark();
    if (value.length > 0) {
      writer.bytes(Tag.HEADER_RAW_VALUE, value);
    }
    writer.bytes(Tag.HEADER_KEY, name);
    writer.message(Tag.OPTION_HEADER, header);
    writer.message(Tag.MUTATION_SET, option);
  }

  private static BackwardWriter writerFor(int contents) {
    return new BackwardWriter(contents + 6 * BackwardWriter.MAX_PREFIX);
  }

  private HeaderChanges before(BackwardWriter written) {
    byte[] all = new byte[encoded.length + written.size()];
    System.arraycopy(encoded, 0, all, 0, encoded.length);
    System.arraycopy(written.array(), written.start(), all, encoded.length, written.size());
    return new HeaderChanges(all);
  }
}
