package dev.pickwick.testbed.http;

import java.io.IOException;

/** The peer sent something that is not HTTP/1.1. */
public final class MalformedHttpException extends IOException {

  private static final long serialVersionUID = 1L;

  public MalformedHttpException(String message) {
    super(message);
  }

  public MalformedHttpException(String message, Throwable cause) {
    super(message, cause);
  }
}
