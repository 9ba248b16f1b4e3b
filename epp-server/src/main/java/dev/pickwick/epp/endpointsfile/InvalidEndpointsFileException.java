package dev.pickwick.epp.endpointsfile;

import java.nio.file.Path;
import java.util.List;

/** The file cannot be used at the start; the message is fit to be shown to the operator. */
public final class InvalidEndpointsFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidEndpointsFileException(Path file, List<String> problems) {
    super("--endpoints-file " + file + ": " + String.join("; ", problems));
  }
}
