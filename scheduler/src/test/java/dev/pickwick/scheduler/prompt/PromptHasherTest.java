package dev.pickwick.scheduler.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromptHasherTest {

  private static final byte[] NO_SALT = new byte[0];

  @Test
  void chain_blocksOfFour_matchesKnownVector() {
    PromptChain chain = chain("test-model1", null, "aaaabbbb", 4);
    assertThat(hashes(chain)).containsExactly(0xcc8952e70e1c4504L, 0x251707ac8b048154L);
    assertThat(chain.blockBytes()).isEqualTo(4);
  }

  @Test
  void chain_withSalt_matchesKnownVector() {
    PromptChain chain = chain("test-model1", "salt", "aaaabbbb", 4);
    assertThat(hashes(chain)).containsExactly(0x4d7d8d1147a01d70L, 0xf5dd4c0526dea370L);
  }

  @Test
  void chain_blocksOfSixtyFour_matchesKnownVector() {
    PromptChain chain = chain("test-model", null, "a".repeat(128), 64);
    assertThat(hashes(chain)).containsExactly(0x5316c66bc4bc850aL, 0x0dd3766fd2007b48L);
  }

  @Test
  void chain_chatMessages_matchesKnownVector() {
    String messages =
        "[{\"role\":\"system\",\"content\":\"You are a helpful assistant\"},"
            + "{\"role\":\"user\",\"content\":\"Hello, how are you?\"}]";
    PromptChain chain = chain("test-model1", null, messages, 8);
    assertThat(chain.length()).isEqualTo(13);
    assertThat(chain.hash(0)).isEqualTo(0x725a590880f5ebf5L);
    assertThat(chain.hash(1)).isEqualTo(0x3a16dbe26f8d4577L);
  }

  @Test
  void chain_anyBlockLengthAndSplit_equalsOracle() {
    Random random = new Random(3);
    byte[] prompt = new byte[1500];
    random.nextBytes(prompt);
    byte[] model = "some/model".getBytes(UTF_8);
    byte[] salt = "pepper".getBytes(UTF_8);
    PromptHasher hasher = new PromptHasher(PromptHashing.NONE);
    for (int blockBytes = 1; blockBytes <= 200; blockBytes++) {
      PromptHashing hashing = new PromptHashing(blockBytes, 1 + random.nextInt(40));
      hasher.reset(hashing);
      feed(hasher, prompt, random);
      assertThat(hashes(hasher.chain(model, salt, 0)))
          .as("%s", hashing)
          .isEqualTo(Oracle.chain(prompt, hashing, Oracle.seed(model, salt)));
    }
  }

  @Test
  void chain_partialLastBlock_isDropped() {
    assertThat(chain("m", null, "aaaaaa", 4).length()).isEqualTo(1);
    assertThat(chain("m", null, "aaa", 4)).isSameAs(PromptChain.EMPTY);
  }

  @Test
  void chain_longerThanCap_stopsAtCap() {
    PromptHasher hasher = new PromptHasher(new PromptHashing(4, 3));
    byte[] prompt = "abcdefghijklmnopqrstuvwxyz".getBytes(UTF_8);
    hasher.update(prompt, 0, prompt.length);
    assertThat(hasher.isFull()).isTrue();
    assertThat(hasher.completeBlocks()).isEqualTo(3);
    assertThat(hasher.chain(new byte[0], null, 0).length()).isEqualTo(3);
  }

  @Test
  void chain_hashingNone_isEmpty() {
    PromptHasher hasher = new PromptHasher(PromptHashing.NONE);
    hasher.update(new byte[100], 0, 100);
    hasher.update((byte) 1);
    assertThat(hasher.chain(new byte[0], null, 0)).isSameAs(PromptChain.EMPTY);
  }

  @Test
  void chain_toolsHash_changesEveryLink() {
    PromptHasher hasher = new PromptHasher(new PromptHashing(4, 8));
    hasher.update("aaaabbbb".getBytes(UTF_8), 0, 8);
    byte[] model = "m".getBytes(UTF_8);
    List<Long> without = hashes(hasher.chain(model, NO_SALT, 0));
    List<Long> with = hashes(hasher.chain(model, NO_SALT, 7));
    assertThat(with).hasSameSizeAs(without).doesNotContainAnyElementsOf(without);
    assertThat(hashes(hasher.chain(model, NO_SALT, 7))).isEqualTo(with);
  }

  @Test
  void reset_afterLongerPrompt_leavesNoTrace() {
    PromptHasher reused = new PromptHasher(new PromptHashing(64, 256));
    reused.update(new byte[10_000], 0, 10_000);
    reused.reset(new PromptHashing(4, 256));
    reused.update("aaaabbbb".getBytes(UTF_8), 0, 8);
    assertThat(reused.chain("test-model1".getBytes(UTF_8), null, 0))
        .isEqualTo(chain("test-model1", null, "aaaabbbb", 4));
  }

  @Test
  void hashing_outOfRange_isRefused() {
    assertThatThrownBy(() -> new PromptHashing(-1, 0)).hasMessageContaining("blockBytes: -1");
    assertThatThrownBy(() -> new PromptHashing(4, -1)).hasMessageContaining("maxBlocks: -1");
    assertThatThrownBy(() -> new PromptHashing(0, 1)).hasMessageContaining("blockBytes: 0");
  }

  private static void feed(PromptHasher hasher, byte[] prompt, Random random) {
    int at = 0;
    while (at < prompt.length) {
      int length = Math.min(prompt.length - at, random.nextInt(100));
      if (length == 1) {
        hasher.update(prompt[at]);
      } else {
        hasher.update(prompt, at, length);
      }
      at += length;
    }
  }

  private static PromptChain chain(
      String model, @Nullable String salt, String prompt, int blockBytes) {
    PromptHasher hasher = new PromptHasher(new PromptHashing(blockBytes, 256));
    byte[] bytes = prompt.getBytes(UTF_8);
    hasher.update(bytes, 0, bytes.length);
    return hasher.chain(model.getBytes(UTF_8), salt == null ? null : salt.getBytes(UTF_8), 0);
  }

  private static List<Long> hashes(PromptChain chain) {
    List<Long> hashes = new ArrayList<>();
    for (int i = 0; i < chain.length(); i++) {
      hashes.add(chain.hash(i));
    }
    return hashes;
  }
}
