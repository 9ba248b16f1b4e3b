package dev.pickwick.scheduler.spi;

/**
 * One thing wrong with a configuration.
 *
 * @param path where, such as {@code plugins[1].parameters.maxNumOfEndpoints}
 * @param message what was found and what was expected
 */
public record Problem(String path, String message) {

  @Override
  public String toString() {
    return path + ": " + message;
  }
}
