package dev.pickwick.epp.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
  private static FlagsResult parse(String... args) {
    return Flags.parse(args, Map.of());
  }

  private static FlagsResult.Parsed parsed(String... args) {
    FlagsResult result = parse(args);
    assertThat(result).isInstanceOf(FlagsResult.Parsed.class);
    return (FlagsResult.Parsed) result;
  }

  private static String unusable(String... args) {
    FlagsResult result = parse(args);
    assertThat(result).isInstanceOf(FlagsResult.Unusable.class);
    return ((FlagsResult.Unusable) result).message();
  }

  private static String contradiction(String... args) {
    FlagsResult result = parse(args);
    assertThat(result).isInstanceOf(FlagsResult.Contradiction.class);
    return ((FlagsResult.Contradiction) result).message();
  }

  @Test
  void parse_poolOnly_hasTheDefaultsOfTheReference() {
    Flags flags = parsed("--pool-name", "llama").flags();

    assertThat(flags.poolName()).isEqualTo("llama");
    assertThat(flags.poolNamespace()).isEqualTo("default");
    assertThat(flags.poolGroup()).isEqualTo("inference.networking.k8s.io");
    assertThat(flags.grpcPort()).isEqualTo(9002);
    assertThat(flags.healthPort()).isEqualTo(9003);
    assertThat(flags.metricsPort()).isEqualTo(9090);
    assertThat(flags.secureServing()).isTrue();
    assertThat(flags.metricsOpen()).isFalse();
    assertThat(flags.scrapeInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(flags.stalenessThreshold()).isEqualTo(Duration.ofSeconds(2));
    assertThat(flags.countUnscraped()).isTrue();
    assertThat(flags.maxRequestBodyBytes()).isEqualTo(32L << 20);
    assertThat(flags.verbosity()).isEqualTo(2);
  }

  @Test
  void parse_bothForms_areTheSame() {
    assertThat(parsed("--pool-name", "a", "--grpc-port", "1").flags())
        .isEqualTo(parsed("--pool-name=a", "--grpc-port=1").flags());
  }

  @Test
  void parse_booleanBeforeAWord_doesNotTakeIt() {
    Flags flags = parsed("--pool-name=a", "--secure-serving", "false", "--grpc-port", "7").flags();

    assertThat(flags.secureServing()).isTrue();
    assertThat(flags.grpcPort()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "f", "F", "false", "FALSE", "False"})
  void parse_booleanWithEquals_takesEveryFalse(String text) {
    assertThat(parsed("--pool-name=a", "--secure-serving=" + text).flags().secureServing())
        .isFalse();
  }

  @Test
  void parse_everyFormOfVerbosity_isUnderstood() {
    assertThat(parsed("--pool-name=a", "-v", "4").flags().verbosity()).isEqualTo(4);
    assertThat(parsed("--pool-name=a", "-v=4").flags().verbosity()).isEqualTo(4);
    assertThat(parsed("--pool-name=a", "-v4").flags().verbosity()).isEqualTo(4);
    assertThat(parsed("--pool-name=a", "--v", "4").flags().verbosity()).isEqualTo(4);
    assertThat(parsed("--pool-name=a", "--v=4").flags().verbosity()).isEqualTo(4);
  }

  @Test
  void parse_integersWithBasePrefix_areUnderstood() {
    assertThat(parsed("--pool-name=a", "--grpc-port=0x10").flags().grpcPort()).isEqualTo(16);
    assertThat(parsed("--pool-name=a", "--grpc-port=0b11").flags().grpcPort()).isEqualTo(3);
    assertThat(parsed("--pool-name=a", "--grpc-port=0o17").flags().grpcPort()).isEqualTo(15);
  }

  @Test
  void parse_namespaceFromTheEnvironment_isUsedWhenTheFlagIsAbsent() {
    FlagsResult result = Flags.parse(new String[] {"--pool-name=a"}, Map.of("NAMESPACE", "prod"));

    assertThat(((FlagsResult.Parsed) result).flags().poolNamespace()).isEqualTo("prod");
  }

  @Test
  void parse_endpointsFile_needsNoPool() {
    Flags flags = parsed("--endpoints-file", "pods.yaml").flags();

    assertThat(flags.endpointsFile()).contains(Path.of("pods.yaml"));
    assertThat(flags.poolName()).isEmpty();
  }

  @Test
  void parse_theChartsArguments_start() {
    FlagsResult.Parsed result =
        parsed(
            "--pool-name",
            "p",
            "--pool-namespace",
            "n",
            "--pool-group",
            "inference.networking.k8s.io",
            "--zap-encoder",
            "json",
            "--config-file",
            "/config/default-plugins.yaml",
            "--v",
            "1",
            "--tracing=false");

    assertThat(result.warnings()).isEmpty();
    assertThat(result.flags().configFile()).contains(Path.of("/config/default-plugins.yaml"));
  }

  @Test
  void parse_flagsWithoutEffectYet_warn() {
    assertThat(parsed("--pool-name=a", "--ha-enable-leader-election").warnings())
        .containsExactly("--ha-enable-leader-election is not yet in effect");
  }

  @Test
  void parse_otherPoolGroup_warns() {
    assertThat(parsed("--pool-name=a", "--pool-group=inference.networking.x-k8s.io").warnings())
        .containsExactly(
            "--pool-group inference.networking.x-k8s.io is not yet in effect: the InferencePool is"
                + " read from inference.networking.k8s.io");
    assertThat(parsed("--pool-name=a", "--pool-group=inference.networking.k8s.io").warnings())
        .isEmpty();
  }

  @Test
  void parse_encoder_isJsonOrConsole() {
    assertThat(parsed("--pool-name=a", "--zap-encoder=console").warnings()).isEmpty();
    assertThat(unusable("--pool-name=a", "--zap-encoder=xml"))
        .isEqualTo(
            "invalid argument \"xml\" for \"--zap-encoder\" flag: \"xml\" is not an encoder"
                + " (expected: json or console)");
  }

  @Test
  void parse_unknownFlag_isUnusable() {
    assertThat(unusable("--pool-nam", "a")).isEqualTo("unknown flag: --pool-nam");
    assertThat(unusable("-pool-name", "a")).startsWith("unknown shorthand flag: 'p'");
  }

  @Test
  void parse_missingOrBadValues_nameTheFlag() {
    assertThat(unusable("--pool-name")).isEqualTo("flag needs an argument: --pool-name");
    assertThat(unusable("--grpc-port", "many")).contains("--grpc-port").contains("many");
    assertThat(unusable("--grpc-port", "99999999999")).contains("out of range");
    assertThat(unusable("--secure-serving=maybe")).contains("--secure-serving");
    assertThat(unusable("--refresh-metrics-interval=50")).contains("not a duration");
    assertThat(unusable("--max-request-body-bytes=-1")).contains("negative");
  }

  @Test
  void parse_help_showsEveryFlag() {
    FlagsResult result = parse("--help");

    assertThat(result).isInstanceOf(FlagsResult.Help.class);
    assertThat(((FlagsResult.Help) result).usage())
        .contains("--pool-name", "--endpoints-file", "not yet in effect", "default 9002");
  }

  @Test
  void parse_contradictions_areTheReferencesMessages() {
    assertThat(contradiction()).startsWith("either pool-name or endpoint-selector must be set");
    assertThat(contradiction("--pool-name=a", "--endpoint-selector=app=b"))
        .startsWith("either pool-name or endpoint-selector must be set");
    assertThat(contradiction("--pool-name=a", "--config-file=f", "--config-text=t"))
        .isEqualTo(
            "both the \"configText\" and \"configFile\" flags can not be set at the same time");
    assertThat(contradiction("--pool-name=a", "--model-server-metrics-scheme=ftp"))
        .isEqualTo(
            "unexpected \"ftp\" value for \"model-server-metrics-scheme\" flag, it can only be set"
                + " to 'http' or 'https'");
    assertThat(contradiction("--pool-name=a", "--grpc-port=70000"))
        .isEqualTo("grpc-port: 70000 (expected: 0 to 65535)");
  }

  @Test
  void parse_intervalOfZero_fallsBackToTheDefault() {
    assertThat(parsed("--pool-name=a", "--refresh-metrics-interval=0").flags().scrapeInterval())
        .isEqualTo(Duration.ofMillis(50));
  }
}
