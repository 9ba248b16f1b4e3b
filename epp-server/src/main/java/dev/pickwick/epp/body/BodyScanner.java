package dev.pickwick.epp.body;

import dev.pickwick.epp.body.ScanResult.Malformed;
import dev.pickwick.epp.body.ScanResult.Required;
import dev.pickwick.epp.body.ScanResult.Scanned;
import dev.pickwick.epp.body.Shape.Field;
import dev.pickwick.epp.body.Shape.Role;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body while it arrives: judges it, finds what has a role, and hashes the prompt.
 *
 * <p>Bytes are looked at once and nothing is built from them. Bodies with unusual keys (escaped,
 * not ASCII, known but repeated or in other case) are settled at the end by {@link LibraryScan},
 * which reads them again. One per request, not thread-safe.
 */
public final class BodyScanner {

  /** More containers than any API types, one within the other. */
  private static final int TYPED_DEPTH = 16;

  private static final int TOP = 1;

  private final Shape root;
  private final PromptHasher hasher;
  private final PartReader parts;
  private final JsonMachine machine = new JsonMachine();

  /** Shapes of the typed containers around the current value, outermost first. */
  private final @Nullable Shape[] open = new @Nullable Shape[TYPED_DEPTH];

  /** The field that the last key names, at any depth. */
  private @Nullable Field field;

  /** What the top-level member that is being read means. */
  private Role role = Role.NONE;

  /** What is being handed to the parts, and around how many containers it lies. */
  private Role content = Role.NONE;

  private int contentDepth;

  /** Where in the chunk the part begins that has not been handed on. */
  private int contentFrom;

  /** Add to an index of the chunk to count from the body's start. */
  private int shift;

  private int read;
  private int contentStart;
  private final Set<Role> rolesSeen = EnumSet.noneOf(Role.class);
  private boolean unusual;
  private JsonType rootType = JsonType.NULL;
  private boolean wellTyped = true;
  private Required required = Required.MISSING;
  private @Nullable String model;
  private int modelStart = -1;
  private int modelEnd = -1;
  private boolean streaming;
  private @Nullable String cacheSalt;
  private long toolsHash;

  /**
   * @param root what the API wants the body to be
   * @param hasher fresh or reset; holds the prompt's content afterwards
   */
  public BodyScanner(Shape root, PromptHasher hasher) {
    this.root = root;
    this.hasher = hasher;
    parts = new PartReader(hasher);
  }

  /** Takes the next {@code len} bytes from {@code off}. */
  public void accept(byte[] b, int off, int len) {
    int end = off + len;
    shift = read - off;
    contentFrom = off;
    JsonMachine.Event event = machine.advance(b, off, end);
    while (event != JsonMachine.Event.MORE && event != JsonMachine.Event.FAILED) {
      int at = machine.at();
      switch (event) {
        case KEY -> key();
        case START -> start(at - 1);
        default -> end(b, at);
      }
      event = machine.advance(b, at, end);
    }
    handOn(b, machine.at());
    read += len;
  }

  /**
   * Ends the body.
   *
   * @param body all bytes given to {@link #accept}, in the same order, however cut
   */
  public ScanResult finish(List<BodySlice> body) {
    String error = machine.finish();
    if (error != null) {
      return new Malformed(error);
    }
    if (rootType != JsonType.OBJECT && rootType != JsonType.NULL) {
      return new Malformed(GoSyntaxError.wrongType(rootType));
    }
    if (unusual) {
      hasher.reset(hasher.hashing());
      return LibraryScan.scan(root, body, hasher);
    }
    return new Scanned(
        wellTyped, required, model, modelStart, modelEnd, streaming, cacheSalt, toolsHash);
  }

  private void key() {
    int depth = machine.depth();
    Shape object = open[depth - 1];
    field = object == null ? null : named(object);
    if (depth == TOP) {
      role = field == null ? Role.NONE : field.role();
      if (role != Role.NONE) {
        unusual |= !rolesSeen.add(role);
      }
    }
  }

  private @Nullable Field named(Shape object) {
    byte[] key = machine.key();
    int length = machine.keyLength();
    if (length > JsonMachine.MAX_KEY) {
      return null;
    }
    for (Field candidate : object.fields()) {
      if (candidate.isNamed(key, length)) {
        return candidate;
      }
    }
    unusual |= machine.keyEscaped() || isUnusual(object, key, length);
    return null;
  }

  private static boolean isUnusual(Shape object, byte[] key, int length) {
    for (int i = 0; i < length; i++) {
      if (key[i] < 0) {
        return true;
      }
    }
    for (Field candidate : object.fields()) {
      if (candidate.isMeantBy(key, length)) {
        return true;
      }
    }
    return false;
  }

  private void start(int at) {
    int depth = machine.depth();
    JsonType type = machine.type();
    if (depth == 0) {
      rootType = type;
    } else if (depth == TOP) {
      startMember(type, at);
    } else if (depth == TOP + 1) {
      startElement(type, at);
    }
    Shape shape = shapeAt(depth);
    if (shape == null) {
      machine.reportDownTo(depth);
    } else if (!shape.allows(type)) {
      wellTyped = false;
      machine.reportDownTo(depth);
    } else if (shape.looksInside(type)) {
      open[depth] = shape;
      machine.reportDownTo(depth + 1);
    } else {
      machine.reportDownTo(depth);
    }
  }

  private @Nullable Shape shapeAt(int depth) {
    if (depth == 0) {
      return root;
    }
    Shape container = open[depth - 1];
    if (container != null && container.element() != null) {
      return container.element();
    }
    return field == null ? null : field.shape();
  }

  private void startMember(JsonType type, int at) {
    switch (role) {
      case NONE -> {}
      case MODEL, CACHE_SALT -> {
        if (type == JsonType.STRING) {
          begin(role, TOP, at + 1);
        }
      }
      case STREAM -> streaming = type == JsonType.TRUE;
      case PROMPT -> {
        required = Required.of(type);
        if (type == JsonType.STRING) {
          parts.beginPrompt();
          begin(role, TOP, at + 1);
        }
      }
      case MESSAGES -> {
        required = Required.of(type);
        begin(role, TOP, at);
      }
      case TOOLS -> {
        if (type != JsonType.NULL) {
          begin(role, TOP, at);
        }
      }
      case INPUT -> required = Required.of(type);
    }
  }

  /** Only typed arrays and objects are looked into, so this is one of a list that has a role. */
  private void startElement(JsonType type, int at) {
    if (role == Role.PROMPT) {
      parts.beginPrompt();
      if (type == JsonType.STRING) {
        begin(role, TOP + 1, at + 1);
      }
    }
    if (role != Role.NONE) {
      required = Required.PRESENT;
    }
  }

  private void begin(Role part, int depth, int at) {
    content = part;
    contentDepth = depth;
    contentFrom = at;
    contentStart = at + shift;
  }

  private void end(byte[] b, int at) {
    int depth = machine.depth();
    machine.reportDownTo(depth);
    if (content == Role.NONE || depth != contentDepth) {
      return;
    }
    boolean text = content != Role.MESSAGES && content != Role.TOOLS;
    int contentEnd = text ? at - 1 : at;
    handOn(b, contentEnd);
    switch (content) {
      case MODEL -> {
        model = parts.endText();
        modelStart = contentStart - 1;
        modelEnd = at + shift;
      }
      case CACHE_SALT -> cacheSalt = parts.endText();
      case PROMPT -> {
        parts.endPrompt();
        if (contentEnd + shift > contentStart) {
          required = Required.PRESENT;
        }
      }
      case TOOLS -> toolsHash = parts.toolsHash();
      default -> {}
    }
    content = Role.NONE;
  }

  private void handOn(byte[] b, int to) {
    int length = to - contentFrom;
    switch (content) {
      case MODEL, CACHE_SALT -> parts.text(b, contentFrom, length);
      case PROMPT -> parts.prompt(b, contentFrom, length);
      case MESSAGES -> parts.messages(b, contentFrom, length);
      case TOOLS -> parts.tools(b, contentFrom, length);
      default -> {}
    }
  }
}
