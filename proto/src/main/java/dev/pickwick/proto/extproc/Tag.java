package dev.pickwick.proto.extproc;

/** Field tags (number and wire type in one) of the messages read and written here. */
final class Tag {

  // envoy.service.ext_proc.v3.ProcessingRequest
  static final int REQUEST_HEADERS = 0x12;
  static final int RESPONSE_HEADERS = 0x1a;
  static final int REQUEST_BODY = 0x22;
  static final int RESPONSE_BODY = 0x2a;
  static final int REQUEST_TRAILERS = 0x32;
  static final int RESPONSE_TRAILERS = 0x3a;
  static final int METADATA_CONTEXT = 0x42;
  static final int ATTRIBUTES = 0x4a;
  static final int PROTOCOL_CONFIG = 0x5a;

  // HttpHeaders, HttpTrailers (its only field is the header map), HttpBody
  static final int HEADERS_MAP = 0x0a;
  static final int HEADERS_ATTRIBUTES = 0x12;
  static final int HEADERS_END_OF_STREAM = 0x18;
  static final int BODY_BYTES = 0x0a;
  static final int BODY_END_OF_STREAM = 0x10;

  // envoy.config.core.v3.HeaderMap and HeaderValue
  static final int HEADER_MAP_ENTRY = 0x0a;
  static final int HEADER_KEY = 0x0a;
  static final int HEADER_VALUE = 0x12;
  static final int HEADER_RAW_VALUE = 0x1a;

  // envoy.config.core.v3.Metadata, map entries, google.protobuf.Struct, Value and ListValue
  static final int METADATA_FILTER = 0x0a;
  static final int METADATA_TYPED = 0x12;
  static final int ENTRY_KEY = 0x0a;
  static final int ENTRY_VALUE = 0x12;
  static final int STRUCT_FIELD = 0x0a;
  static final int VALUE_NULL = 0x08;
  static final int VALUE_NUMBER = 0x11;
  static final int VALUE_STRING = 0x1a;
  static final int VALUE_BOOL = 0x20;
  static final int VALUE_STRUCT = 0x2a;
  static final int VALUE_LIST = 0x32;
  static final int LIST_ELEMENT = 0x0a;

  // envoy.service.ext_proc.v3.ProcessingResponse
  static final int REPLY_REQUEST_HEADERS = 0x0a;
  static final int REPLY_RESPONSE_HEADERS = 0x12;
  static final int REPLY_REQUEST_BODY = 0x1a;
  static final int REPLY_RESPONSE_BODY = 0x22;
  static final int REPLY_REQUEST_TRAILERS = 0x2a;
  static final int REPLY_RESPONSE_TRAILERS = 0x32;
  static final int REPLY_IMMEDIATE = 0x3a;
  static final int REPLY_DYNAMIC_METADATA = 0x42;

  // HeadersResponse and BodyResponse, CommonResponse, BodyMutation, StreamedBodyResponse
  static final int COMMON_RESPONSE = 0x0a;
  static final int COMMON_HEADER_MUTATION = 0x12;
  static final int COMMON_BODY_MUTATION = 0x1a;
  static final int COMMON_CLEAR_ROUTE_CACHE = 0x28;
  static final int MUTATION_STREAMED = 0x1a;
  static final int STREAMED_BODY = 0x0a;
  static final int STREAMED_END_OF_STREAM = 0x10;

  // HeaderMutation and HeaderValueOption
  static final int MUTATION_SET = 0x0a;
  static final int MUTATION_REMOVE = 0x12;
  static final int OPTION_HEADER = 0x0a;
  static final int OPTION_APPEND_ACTION = 0x18;

  // ImmediateResponse and HttpStatus
  static final int IMMEDIATE_STATUS = 0x0a;
  static final int IMMEDIATE_HEADERS = 0x12;
  static final int IMMEDIATE_BODY = 0x1a;
  static final int STATUS_CODE = 0x08;

  private Tag() {}
}
