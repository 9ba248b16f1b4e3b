package dev.pickwick.epp.body;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object of a response in pieces: finds where the model is named and what usage is
 * reported, by the place of their keys, so that nothing a user wrote is taken for either.
 *
 * <p>Looks at {@code model}, {@code usage}, {@code object} and {@code type} of the object itself
 * and, in events, of the object under {@code response}.
 */
final class ResponseObject {

  /** What an open container or the member being read is. */
  private enum Place {
    OTHER,
    ROOT,
    RESPONSE,
    USAGE,
    DETAILS,
    MODEL,
    OBJECT,
    TYPE,
    COUNT
  }

  private static final int PLACES = 8;
  private static final int MOST_KEPT = 64;
  private static final UsageReader.Count[] COUNTS = UsageReader.Count.values();

  private final boolean event;
  private final @Nullable ModelSite site;
  private final JsonMachine machine = new JsonMachine();
  private final Place[] open = new Place[PLACES];
  private Place member = Place.OTHER;
  private UsageReader.Count count = UsageReader.Count.TOTAL;
  private boolean skipped;

  private Place reading = Place.OTHER;
  private int readingFrom;
  private final byte[] kept = new byte[MOST_KEPT];
  private int keptLength;

  private final UsageReader own = new UsageReader();
  private final UsageReader nested = new UsageReader();
  private boolean promptFirst;
  private boolean nestedPromptFirst;
  private boolean lastEvent;
  private Usage usage = Usage.NONE;
  private boolean malformedUsage;

  /**
   * @param event true when the object is one of a stream of events
   * @param site is told where the model is named; null when nobody wants to know
   */
  ResponseObject(boolean event, @Nullable ModelSite site) {
    this.event = event;
    this.site = site;
  }

  /** Begins another object. */
  void reset() {
    machine.reset();
    skipped = false;
    reading = Place.OTHER;
    own.clear();
    nested.clear();
    promptFirst = false;
    nestedPromptFirst = false;
    lastEvent = false;
  }

  /** The usage of the last object that reported one. */
  Usage usage() {
    return usage;
  }

  /** True when any object reported a usage that cannot be read. */
  boolean malformedUsage() {
    return malformedUsage;
  }

  /** Reads the next piece. */
  void read(byte[] b, int from, int end) {
    if (skipped) {
      return;
    }
    readingFrom = from;
    JsonMachine.Event next = machine.advance(b, from, end);
    while (next != JsonMachine.Event.MORE) {
      int at = machine.at();
      switch (next) {
        case KEY -> member = place(open[machine.depth() - 1]);
        case START -> start(at - 1);
        case END -> end(b, at);
        default -> skipped = true;
      }
      if (skipped) {
        abandon();
        return;
      }
      next = machine.advance(b, at, end);
    }
    if (reading != Place.OTHER) {
      keep(b, end);
    }
  }

  /** Ends the object's text, complete or not. */
  void finish() {
    abandon();
    skipped = true;
  }

  private void abandon() {
    if (reading == Place.MODEL && site != null) {
      site.abandoned();
    }
    reading = Place.OTHER;
  }

  private Place place(Place container) {
    byte[] key = machine.key();
    int length = machine.keyLength();
    if (machine.keyEscaped() && length <= JsonMachine.MAX_KEY) {
      byte[] decoded = decoded(key, length);
      key = decoded;
      length = decoded.length;
    }
    return switch (container) {
      case ROOT ->
          switch (length) {
            case 4 -> is(key, length, "type") ? Place.TYPE : Place.OTHER;
            case 5 -> modelOrUsage(key, length);
            case 6 -> is(key, length, "object") ? Place.OBJECT : Place.OTHER;
            case 8 -> event && is(key, length, "response") ? Place.RESPONSE : Place.OTHER;
            default -> Place.OTHER;
          };
      case RESPONSE -> is(key, length, "object") ? Place.OBJECT : modelOrUsage(key, length);
      case USAGE -> {
        if (is(key, length, "prompt_tokens_details")
            || is(key, length, "prompt_token_details")
            || is(key, length, "input_tokens_details")) {
          yield Place.DETAILS;
        }
        yield countNamed(key, length);
      }
      case DETAILS -> is(key, length, "cached_tokens") ? countNamed(key, length) : Place.OTHER;
      default -> Place.OTHER;
    };
  }

  private Place modelOrUsage(byte[] key, int length) {
    if (site != null && is(key, length, "model")) {
      return Place.MODEL;
    }
    return is(key, length, "usage") ? Place.USAGE : Place.OTHER;
  }

  private Place countNamed(byte[] key, int length) {
    for (UsageReader.Count candidate : COUNTS) {
      if (is(key, length, candidate.key())) {
        count = candidate;
        return Place.COUNT;
      }
    }
    return Place.OTHER;
  }

  private static boolean is(byte[] key, int length, String name) {
    if (length != name.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (key[i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] decoded(byte[] raw, int length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringDecoder decoder = new StringDecoder(bytes::write);
    decoder.feed(raw, 0, length);
    decoder.end();
    return bytes.toByteArray();
  }

  private void start(int at) {
    int depth = machine.depth();
    JsonType found = machine.type();
    Place place = depth == 0 ? Place.ROOT : member;
    boolean inside = false;
    switch (place) {
      case ROOT -> {
        skipped = found != JsonType.OBJECT;
        inside = true;
      }
      case RESPONSE -> inside = found == JsonType.OBJECT;
      case USAGE -> inside = startUsage(reader(depth), found);
      case DETAILS -> {
        inside = found == JsonType.OBJECT;
        if (!inside && found != JsonType.NULL) {
          reader(depth).spoil();
        }
      }
      case COUNT -> {
        if (found == JsonType.NUMBER) {
          keepFrom(place, at);
        } else if (found != JsonType.NULL) {
          reader(depth).spoil();
        }
      }
      case MODEL -> {
        if (found == JsonType.STRING && site != null) {
          site.begins(at);
          reading = place;
        }
      }
      case OBJECT, TYPE -> {
        if (found == JsonType.STRING) {
          keepFrom(place, at + 1);
        }
      }
      case OTHER -> {}
    }
    if (inside) {
      open[depth] = place;
    }
    machine.reportDownTo(inside ? depth + 1 : depth);
  }

  private static boolean startUsage(UsageReader reader, JsonType found) {
    reader.clear();
    if (found == JsonType.NULL) {
      return false;
    }
    reader.begin();
    if (found != JsonType.OBJECT) {
      reader.spoil();
      return false;
    }
    return true;
  }

  /** The usage of the object itself, or of the one under {@code response}. */
  private UsageReader reader(int depth) {
    return depth > 1 && open[1] == Place.RESPONSE ? nested : own;
  }

  private void end(byte[] b, int at) {
    int depth = machine.depth();
    machine.reportDownTo(depth);
    switch (reading) {
      case MODEL -> {
        if (site != null) {
          site.ends(b, at);
        }
      }
      case COUNT -> {
        keep(b, at);
        if (keptLength > MOST_KEPT) {
          reader(depth).spoil();
        } else {
          reader(depth).count(count, kept, keptLength);
        }
      }
      case OBJECT, TYPE -> {
        keep(b, at - 1);
        keepText(depth);
      }
      default -> {}
    }
    reading = Place.OTHER;
    if (depth == 0) {
      settle();
    }
  }

  private void keepText(int depth) {
    if (reading == Place.TYPE) {
      lastEvent = isKept("response.completed") || isKept("response.incomplete");
      return;
    }
    boolean prompt =
        isKept("chat.completion.chunk") || isKept("chat.completion") || isKept("text_completion");
    if (depth > 1) {
      nestedPromptFirst = prompt;
    } else {
      promptFirst = prompt;
    }
  }

  private boolean isKept(String text) {
    return is(kept, keptLength, text);
  }

  private void keepFrom(Place place, int at) {
    reading = place;
    readingFrom = at;
    keptLength = 0;
  }

  private void keep(byte[] b, int to) {
    int length = to - readingFrom;
    if (keptLength < MOST_KEPT && length > 0) {
      System.arraycopy(b, readingFrom, kept, keptLength, Math.min(length, MOST_KEPT - keptLength));
    }
    keptLength += length;
  }

  private void settle() {
    if (own.isPresent()) {
      settle(own, promptFirst);
    } else if (nested.isPresent() && lastEvent) {
      settle(nested, nestedPromptFirst);
    }
  }

  private void settle(UsageReader reader, boolean prompt) {
    if (reader.isMalformed()) {
      malformedUsage = true;
    } else {
      usage = reader.usage(!prompt);
    }
  }
}
