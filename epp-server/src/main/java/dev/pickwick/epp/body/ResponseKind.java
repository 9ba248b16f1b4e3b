package dev.pickwick.epp.body;

/** How a response body is read. */
public enum ResponseKind {
  /** One JSON value. */
  JSON,
  /** Server-sent events with a JSON object each. */
  SSE,
  /** Anything else, also everything compressed: passes untouched. */
  OPAQUE
}
