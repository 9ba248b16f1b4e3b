package dev.pickwick.testbed.gateway;

/** The gateway cannot serve a request and answers with a text of its own. */
final class GatewayErrorException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String text;

  GatewayErrorException(int status, String text) {
    super(status + " " + text);
    this.status = status;
    this.text = text;
  }

  int status() {
    return status;
  }

  String text() {
    return text;
  }
}
