package dev.pickwick.epp;

/** The program cannot start; the message says what is wrong and is all an operator needs. */
public final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
