import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs google-java-format, which stands on the class path, over the sources of the modules.
 *
 * <p>Arguments: {@code check} or {@code apply}, the root directory, the modules separated by
 * commas. Exit code 1 when {@code check} finds a file that would change.
 */
final class FormatSources {
  /** The formatter works inside javac, whose packages are closed to other modules. */
  private static final List<String> JAVAC_PACKAGES =
      List.of("api", "code", "file", "parser", "tree", "util");

  public static void main(String[] arguments) throws Exception {
    boolean check = arguments[0].equals("check");
    Path root = Path.of(arguments[1]);
    List<String> files = new ArrayList<>();
    for (String module : arguments[2].split(",")) {
      Path sources = root.resolve(module).resolve("src");
      if (Files.isDirectory(sources)) {
        try (var paths = Files.walk(sources)) {
          paths.map(Path::toString).filter(path -> path.endsWith(".java")).forEach(files::add);
        }
      }
    }
    if (files.isEmpty()) {
      return;
    }
    int exit = format(check, files);
    if (exit != 0 && check) {
      System.err.println(
          "The files above are not formatted as google-java-format does it."
              + " Repair: mvn -o -q -N -Pformat process-sources");
    }
    System.exit(exit);
  }

  private static int format(boolean check, List<String> files)
      throws IOException, InterruptedException {
    Path list = Files.createTempFile("pickwick-format", ".txt");
    try {
      Files.write(list, files);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      for (String name : JAVAC_PACKAGES) {
        command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
      }
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("com.google.googlejavaformat.java.Main");
      command.addAll(
          check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
      command.add("@" + list);
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor();
    } finally {
      Files.delete(list);
    }
  }
}
