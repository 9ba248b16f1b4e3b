package dev.pickwick.benchmarks.report;

import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Result;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page with measured figures put into it: {@code {{machine}}}, {@code {{goals}}}, {@code
 * {{figures NAME}}} with the name of a result, and {@code {{value NAME | FIGURE}}}.
 */
final class PerformancePage {

  private static final Pattern PLACE =
      Pattern.compile("\\{\\{(\\w+)(?: ([\\w-]+)(?: \\| ([^}]+))?)?}}");

  private final List<Goal> goals;
  private final List<Result> results;

  PerformancePage(List<Goal> goals, List<Result> results) {
    this.goals = goals;
    this.results = results;
  }

  /**
   * Fills a template.
   *
   * @throws IllegalArgumentException naming a place that cannot be filled
   */
  String fill(String template) {
    Matcher place = PLACE.matcher(template);
    StringBuilder page = new StringBuilder();
    while (place.find()) {
      place.appendReplacement(page, Matcher.quoteReplacement(text(place)));
    }
    return place.appendTail(page).toString();
  }

  private String text(Matcher place) {
    return switch (place.group(1)) {
      case "machine" -> machines();
      case "goals" -> GoalTable.of(goals, results);
      case "figures" -> figures(String.valueOf(place.group(2)));
      case "value" -> value(String.valueOf(place.group(2)), String.valueOf(place.group(3)));
      default ->
          throw new IllegalArgumentException(
              place.group() + " (expected: machine, goals, figures or value)");
    };
  }

  /** The median of one figure. */
  private String value(String bench, String figure) {
    return results.stream()
        .filter(result -> result.bench().equals(bench))
        .flatMap(result -> result.figures().stream())
        .filter(each -> each.name().equals(figure))
        .map(each -> Numbers.text(each.median(), each.unit()))
        .findFirst()
        .orElse("not measured");
  }

  private String machines() {
    if (results.isEmpty()) {
      return "Nothing has been measured yet.";
    }
    return results.stream()
        .map(
            result ->
                result.machine().cores()
                    + " cores ("
                    + result.machine().processor()
                    + "), "
                    + result.machine().memoryMib() / 1024
                    + " GiB, "
                    + result.machine().kernel()
                    + ", "
                    + result.machine().jdk()
                    + "; commit "
                    + result.commit()
                    + ", "
                    + result.date().substring(0, "2000-01-01".length()))
        .distinct()
        .collect(Collectors.joining("\n* ", "* ", ""));
  }

  private String figures(String bench) {
    Optional<Result> found =
        results.stream().filter(result -> result.bench().equals(bench)).findFirst();
    if (found.isEmpty()) {
      return "*Not measured yet.*";
    }
    Result result = found.get();
    StringBuilder text = new StringBuilder();
    if (!result.settings().isEmpty()) {
      text.append(
          result.settings().entrySet().stream()
              .map(setting -> setting.getKey() + " " + setting.getValue())
              .collect(Collectors.joining(", ", "Settings: ", ".\n\n")));
    }
    text.append("| figure | median | least to greatest | yardstick | in yardsticks |\n");
    text.append("|---|---:|---:|---|---:|\n");
    result.figures().forEach(figure -> text.append(row(figure)));
    result.remarks().forEach(remark -> text.append("\n* ").append(remark));
    return text.toString().stripTrailing();
  }

  private static String row(Figure figure) {
    Figure yardstick = figure.yardstick();
    String range =
        figure.values().size() == 1
            ? ""
            : Numbers.text(figure.least()) + " to " + Numbers.text(figure.greatest());
    return "| "
        + figure.name()
        + " | "
        + Numbers.text(figure.median(), figure.unit())
        + " | "
        + range
        + " | "
        + (yardstick == null
            ? ""
            : yardstick.name() + ": " + Numbers.text(yardstick.median(), yardstick.unit()))
        + " | "
        + figure.scaled().map(scaled -> Numbers.text(scaled.median())).orElse("")
        + " |\n";
  }
}
