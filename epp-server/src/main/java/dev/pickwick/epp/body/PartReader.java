package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.XxHash64;
import java.io.ByteArrayOutputStream;

/**
 * Reads the content of the members that have a role; both roads through a body use it, so that they
 * cannot differ in what they make of the same bytes.
 */
final class PartReader {

  /** Pieces are handed on in parts of this size, so that a full hasher ends the work early. */
  private static final int PIECE = 4096;

  /** Of a string that is wanted as such, so many bytes are kept as they are. */
  private static final int LONGEST_TEXT = 4096;

  private static final byte[] SPACE = {' '};

  private final PromptHasher hasher;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(64);
  private final StringDecoder textDecoder = new StringDecoder(this::keep);
  private final XxHash64 restHash = new XxHash64();
  private boolean hasRest;
  private final StringDecoder promptDecoder;
  private final CompactFeed messages;
  private final XxHash64 toolsHash = new XxHash64();
  private final CompactFeed tools = new CompactFeed(toolsHash::update);
  private boolean anyPrompt;

  PartReader(PromptHasher hasher) {
    this.hasher = hasher;
    promptDecoder = new StringDecoder(hasher::update);
    messages = new CompactFeed(hasher::update);
  }

  /** Begins a prompt, which is one string of possibly several. */
  void beginPrompt() {
    if (anyPrompt) {
      hasher.update(SPACE, 0, 1);
    }
    anyPrompt = true;
  }

  /** Takes a piece of the inside of a prompt string. */
  void prompt(byte[] b, int off, int len) {
    int end = off + len;
    for (int i = off; i < end && !hasher.isFull(); i += PIECE) {
      promptDecoder.feed(b, i, Math.min(PIECE, end - i));
    }
  }

  /** Ends a prompt string. */
  void endPrompt() {
    promptDecoder.end();
  }

  /** Takes a piece of the JSON of the messages. */
  void messages(byte[] b, int off, int len) {
    int end = off + len;
    for (int i = off; i < end && !hasher.isFull(); i += PIECE) {
      messages.feed(b, i, Math.min(PIECE, end - i));
    }
  }

  /** Takes a piece of the JSON of the tools. */
  void tools(byte[] b, int off, int len) {
    tools.feed(b, off, len);
  }

  /** Hash of the tools read. */
  long toolsHash() {
    return toolsHash.digest();
  }

  /** Takes a piece of the inside of a string that is wanted as such. */
  void text(byte[] b, int off, int len) {
    textDecoder.feed(b, off, len);
  }

  /**
   * Ends that string and returns it; of a longer one than 4,096 bytes those first ones, and a hash
   * of the others.
   */
  String endText() {
    textDecoder.end();
    String result = text.toString(UTF_8);
    text.reset();
    if (hasRest) {
      result += Long.toHexString(restHash.digest());
      restHash.reset();
      hasRest = false;
    }
    return result;
  }

  private void keep(byte[] b, int off, int len) {
    int kept = Math.min(len, LONGEST_TEXT - text.size());
    text.write(b, off, kept);
    if (kept < len) {
      hasRest = true;
      restHash.update(b, off + kept, len - kept);
    }
  }
}
