package dev.pickwick.proto.extproc;

import dev.pickwick.proto.extproc.GatewayMessage.Kind;

/**
 * The single pass over a {@code ProcessingRequest} that checks all of it and notes where headers,
 * body and metadata stand.
 *
 * <p>Protobuf merges a sub-message that occurs again into the earlier one, unless another member of
 * the same oneof came between; appending in order and resetting on a change of kind does just that.
 */
final class MessageScan {

  private static final int USUAL_HEADERS = 16;

  private final WireReader reader;

  Kind kind = Kind.EMPTY;
  boolean endOfStream;
  int bodyOffset;
  int bodyLength;

  /** Per field the offsets of the length prefixes of its name and its value. */
  Spans headers = Spans.NONE;

  /** Start and end of each occurrence of {@code metadata_context}. */
  Spans metadata = Spans.NONE;

  MessageScan(byte[] bytes) {
    this.reader = new WireReader(bytes, 0, bytes.length);
  }

  /** Fills the fields, or throws {@link WireReader.MalformedException}. */
  void run() {
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      switch (tag) {
        case Tag.REQUEST_HEADERS -> headers(Kind.REQUEST_HEADERS);
        case Tag.RESPONSE_HEADERS -> headers(Kind.RESPONSE_HEADERS);
        case Tag.REQUEST_BODY -> body(Kind.REQUEST_BODY);
        case Tag.RESPONSE_BODY -> body(Kind.RESPONSE_BODY);
        case Tag.REQUEST_TRAILERS -> trailers(Kind.REQUEST_TRAILERS);
        case Tag.RESPONSE_TRAILERS -> trailers(Kind.RESPONSE_TRAILERS);
        case Tag.METADATA_CONTEXT -> metadata();
        case Tag.ATTRIBUTES -> Shape.STRUCT_ENTRY.check(reader);
        case Tag.PROTOCOL_CONFIG -> Shape.FLAT.check(reader);
        default -> reader.skip(tag);
      }
    }
  }

  private void become(Kind next) {
    if (kind != next) {
      kind = next;
      endOfStream = false;
      bodyOffset = 0;
      bodyLength = 0;
      headers = Spans.NONE;
    }
  }

  private void headers(Kind next) {
    become(next);
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      switch (tag) {
        case Tag.HEADERS_MAP -> headerMap();
        case Tag.HEADERS_ATTRIBUTES -> Shape.STRUCT_ENTRY.check(reader);
        case Tag.HEADERS_END_OF_STREAM -> endOfStream = reader.readVarint() != 0;
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void trailers(Kind next) {
    become(next);
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag == Tag.HEADERS_MAP) {
        headerMap();
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void body(Kind next) {
    become(next);
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      switch (tag) {
        case Tag.BODY_BYTES -> {
          bodyLength = reader.readLength();
          bodyOffset = reader.position();
          reader.advance(bodyLength);
        }
        case Tag.BODY_END_OF_STREAM -> endOfStream = reader.readVarint() != 0;
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void headerMap() {
    if (headers == Spans.NONE) {
      headers = new Spans(USUAL_HEADERS);
    }
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag == Tag.HEADER_MAP_ENTRY) {
        header();
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void header() {
    int outer = reader.enter();
    int name = Spans.ABSENT;
    int value = Spans.ABSENT;
    int rawValue = Spans.ABSENT;
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      int start = reader.position();
      switch (tag) {
        case Tag.HEADER_KEY -> {
          reader.advance(reader.readLength());
          name = start;
        }
        case Tag.HEADER_VALUE -> {
          reader.advance(reader.readLength());
          value = start;
        }
        case Tag.HEADER_RAW_VALUE -> {
          int length = reader.readLength();
          reader.advance(length);
          rawValue = length == 0 ? Spans.ABSENT : start;
        }
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    headers.add(name, rawValue == Spans.ABSENT ? value : rawValue);
  }

  private void metadata() {
    if (metadata == Spans.NONE) {
      metadata = new Spans(1);
    }
    int start = reader.position();
    Shape.METADATA.check(reader);
    metadata.add(start, reader.position());
  }
}
