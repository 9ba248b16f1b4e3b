package dev.pickwick.scraper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.scraper.page.EngineMapping;
import dev.pickwick.scraper.page.MetricSpec;
import dev.pickwick.scraper.page.PageOutcome;
import java.net.URLEncoder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether one endpoint can be asked for the wanted families only ({@code ?name[]=…}). Servers on
 * the Python client answer such a request at a twentieth of the cost. It is tried once a large
 * whole page has come, and given up for good as soon as an answer refuses it or shows less than the
 * last whole page did. When no answer comes at all, which may have any cause, whole pages are asked
 * for a while and then the filter again. Belongs to one thread.
 */
final class NameFilter {
  private static final int WORTHWHILE_BYTES = 4 * 1024;
  private static final int WHOLE_PAGE_EVERY = 64;
  private static final int WHOLE_PAGES_AFTER_SILENCE = 64;

  private final String query;
  private boolean usable;
  private int sinceWhole;
  private int wholePagesFirst;
  private int wholeLength;
  private PageOutcome.@Nullable Numbers whole;

  /**
   * A filter not tried yet.
   *
   * @param wanted whether it may be tried at all
   */
  NameFilter(EngineMapping mapping, boolean wanted) {
    query =
        Stream.of(
                mapping.queued(),
                mapping.running(),
                mapping.kvUsage(),
                mapping.lora(),
                mapping.cacheInfo(),
                mapping.blockSize(),
                mapping.blockCount())
            .flatMap(List::stream)
            .map(MetricSpec::name)
            .distinct()
            .map(name -> "name%5B%5D=" + URLEncoder.encode(name, UTF_8))
            .collect(Collectors.joining("&"));
    usable = wanted && !query.isEmpty();
  }

  /** Whether the next request should ask for the wanted families only. */
  boolean isNext() {
    return usable && whole != null && wholePagesFirst == 0 && sinceWhole < WHOLE_PAGE_EVERY;
  }

  /** The target that asks for the wanted families only. */
  String target(String path) {
    return path + "?" + query;
  }

  /** A whole page has come. */
  void whole(PageOutcome.Numbers numbers, int length) {
    sinceWhole = 0;
    wholePagesFirst = Math.max(0, wholePagesFirst - 1);
    wholeLength = length;
    whole = length >= WORTHWHILE_BYTES ? numbers : null;
  }

  /**
   * A page asked for by name has come.
   *
   * @return whether its numbers can be used
   */
  boolean filtered(PageOutcome.Numbers numbers, int length) {
    sinceWhole++;
    boolean complete = whole != null && numbers.covers(whole);
    if (!complete || length > wholeLength / 2) {
      usable = false;
    }
    return complete;
  }

  /** A request by name was answered otherwise than by a page. */
  void refused() {
    usable = false;
  }

  /** A request by name was not answered. */
  void silent() {
    wholePagesFirst = WHOLE_PAGES_AFTER_SILENCE;
  }
}
