package dev.pickwick.benchmarks.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Results as JSON: {@code <bench>.json} in a directory holds the last result of a measurement. */
public final class ResultFile {

  /** Where results live in a checkout. */
  public static final Path DIRECTORY = Path.of("benchmarks", "results");

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private ResultFile() {}

  /** A result as one JSON document. */
  public static String json(Result result) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result of numbers and texts cannot be written", e);
    }
  }

  /**
   * Keeps a result, in place of the one before.
   *
   * @return the file
   * @throws IOException when it cannot be written
   */
  public static Path write(Path directory, Result result) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(result.bench() + ".json");
    Files.writeString(file, json(result) + "\n");
    return file;
  }

  /**
   * Reads a result.
   *
   * @throws IOException when the file cannot be read or holds none; the message names the file
   */
  public static Result read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readString(file), Result.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": no result of a measurement: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads all results of a directory, by file name; none when there is no such directory.
   *
   * @throws IOException as {@link #read}
   */
  public static List<Result> readAll(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(each -> each.toString().endsWith(".json")).sorted().toList();
    }
    Result[] results = new Result[files.size()];
    for (int i = 0; i < results.length; i++) {
      results[i] = read(files.get(i));
    }
    return List.of(results);
  }
}
