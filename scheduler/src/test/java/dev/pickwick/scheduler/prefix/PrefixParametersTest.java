package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.Parameters;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrefixParametersTest {
  @Test
  void read_nothing_isTheReferencesDefaults() {
    assertThat(read(Map.of())).isEqualTo(new PrefixParameters(true, 16, 256, 0, 31250));
  }

  @Test
  void read_everything_isTaken() {
    assertThat(
            read(
                Map.of(
                    "autoTune", false,
                    "blockSizeTokens", 32,
                    "maxPrefixBlocksToMatch", 10,
                    "maxPrefixTokensToMatch", 640,
                    "lruCapacityPerServer", 7)))
        .isEqualTo(new PrefixParameters(false, 32, 10, 640, 7));
  }

  @Test
  void read_badValues_areAllToldWithTheirPath() {
    Parameters parameters =
        new Parameters(
            "plugins[2].parameters",
            Map.of(
                "autoTune",
                false,
                "blockSizeTokens",
                0,
                "maxPrefixTokensToMatch",
                -1,
                "maxPrefixBlocksToMatch",
                "many",
                "lruCapacityPerServer",
                1L << 40));

    PrefixParameters.read(parameters);

    assertThat(parameters.problems())
        .extracting(problem -> problem.path())
        .containsExactlyInAnyOrder(
            "plugins[2].parameters.blockSizeTokens",
            "plugins[2].parameters.maxPrefixTokensToMatch",
            "plugins[2].parameters.maxPrefixBlocksToMatch",
            "plugins[2].parameters.lruCapacityPerServer");
  }

  @Test
  void read_notPositive_isTheDefault() {
    for (int value : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThat(
              read(
                  Map.of(
                      "blockSizeTokens", value,
                      "maxPrefixBlocksToMatch", value,
                      "lruCapacityPerServer", value)))
          .isEqualTo(PrefixParameters.DEFAULT);
    }
  }

  @Test
  void read_negativeLimitInTokens_isAProblem() {
    Parameters parameters = new Parameters("p", Map.of("maxPrefixTokensToMatch", -1));

    PrefixParameters.read(parameters);

    assertThat(parameters.problems())
        .extracting(Object::toString)
        .containsExactly("p.maxPrefixTokensToMatch: -1 (expected: >= 0)");
  }

  @Test
  void read_deprecatedBlockSizeBesideTheDefault_isIgnored() {
    assertThat(read(Map.of("blockSize", 64))).isEqualTo(PrefixParameters.DEFAULT);
    assertThat(read(Map.of("blockSize", 64, "blockSizeTokens", 32)).blockSizeTokens())
        .isEqualTo(32);
  }

  @Test
  void read_deprecatedBlockSizeInsteadOfTokens_isAProblem() {
    Parameters parameters =
        new Parameters("parameters", Map.of("blockSize", 1, "blockSizeTokens", 0));

    PrefixParameters.read(parameters);

    assertThat(parameters.problems()).hasSize(1);
    assertThat(parameters.problems().getFirst().message()).contains("blockSizeTokens");
  }

  @Test
  void read_autoTuneWithoutBlockSize_isFine() {
    assertThat(read(Map.of("blockSizeTokens", 0)).blockSizeTokens()).isEqualTo(16);
  }

  @Test
  void hashing_engineBlockSize_winsWhenTuned() {
    PrefixParameters tuned = new PrefixParameters(true, 16, 256, 0, 31250);
    PrefixParameters fixed = new PrefixParameters(false, 16, 256, 0, 31250);

    assertThat(tuned.hashing(32)).isEqualTo(new PromptHashing(128, 256));
    assertThat(tuned.hashing(0)).isEqualTo(new PromptHashing(64, 256));
    assertThat(fixed.hashing(32)).isEqualTo(new PromptHashing(64, 256));
  }

  @Test
  void hashing_limitInTokens_winsOverLimitInBlocks() {
    assertThat(new PrefixParameters(false, 1, 3, 2, 1).hashing(0))
        .isEqualTo(new PromptHashing(4, 2));
    assertThat(new PrefixParameters(false, 1, 3, 0, 1).hashing(0))
        .isEqualTo(new PromptHashing(4, 3));
    assertThat(new PrefixParameters(false, 16, 3, 2, 1).hashing(0)).isEqualTo(PromptHashing.NONE);
  }

  @Test
  void capacity_engineBlocks_winWhenTuned() {
    assertThat(new PrefixParameters(true, 16, 256, 0, 100).capacity(7)).isEqualTo(7);
    assertThat(new PrefixParameters(true, 16, 256, 0, 100).capacity(0)).isEqualTo(100);
    assertThat(new PrefixParameters(false, 16, 256, 0, 100).capacity(7)).isEqualTo(100);
  }

  private static PrefixParameters read(Map<String, Object> values) {
    Parameters parameters = new Parameters("parameters", values);
    PrefixParameters read = PrefixParameters.read(parameters);
    assertThat(parameters.problems()).isEmpty();
    return read;
  }
}
