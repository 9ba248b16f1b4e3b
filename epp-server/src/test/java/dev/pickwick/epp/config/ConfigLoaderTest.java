package dev.pickwick.epp.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.config.ServerPlugin.MetricsSource;
import dev.pickwick.scheduler.Profile;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.spi.PluginContext;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final String HEAD =
      """
      apiVersion: inference.networking.x-k8s.io/v1alpha1
      kind: EndpointPickerConfig
      """;

  private final ConfigLoader loader =
      new ConfigLoader(new Context(), new MetricsSource("http", "/metrics", true));

  // What a document means

  @Test
  void load_blank_isTheDefaultProfile() {
    ConfigResult.Loaded loaded = loaded("");

    Profile profile = loaded.pipeline().profiles().getFirst();
    assertThat(profile.name()).isEqualTo("default");
    assertThat(scorers(profile))
        .containsExactly(
            "QueueScorer 2.0", "KvCacheUtilizationScorer 2.0", "PrefixCacheScorer 3.0");
    assertThat(profile.picker().getClass().getSimpleName()).isEqualTo("MaxScorePicker");
    assertThat(loaded.pipeline().producers()).hasSize(1);
    assertThat(loaded.pipeline().observers()).hasSize(1);
    assertThat(loaded.parser().type()).isEqualTo("openai-parser");
    assertThat(loaded.source()).isEqualTo(new MetricsSource("http", "/metrics", true));
    assertThat(loaded.extractor().engines()).containsKeys("vllm", "sglang", "trtllm-serve");
    assertThat(loaded.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inference.networking.x-k8s.io/v1alpha1", "llm-d.ai/v1alpha1"})
  void load_eitherApiGroup_isTaken(String version) {
    assertThat(loaded("apiVersion: " + version + "\nkind: EndpointPickerConfig\n").pipeline())
        .isNotNull();
  }

  @Test
  void load_json_isTakenToo() {
    assertThat(
            loaded("{\"apiVersion\": \"llm-d.ai/v1alpha1\", \"kind\": \"EndpointPickerConfig\"}")
                .pipeline()
                .profiles())
        .hasSize(1);
  }

  @Test
  void load_namedPlugins_areFoundByTheirNames() {
    ConfigResult.Loaded loaded =
        loaded(
            HEAD
                + """
                plugins:
                - {type: queue-scorer, name: q}
                - {type: random-picker, name: dice, parameters: {maxNumOfEndpoints: 2}}
                schedulingProfiles:
                - name: mine
                  plugins:
                  - {pluginRef: q, weight: 0.5}
                  - {pluginRef: dice}
                """);

    Profile profile = loaded.pipeline().profiles().getFirst();
    assertThat(profile.name()).isEqualTo("mine");
    assertThat(scorers(profile)).containsExactly("QueueScorer 0.5");
    assertThat(profile.picker().getClass().getSimpleName()).isEqualTo("RandomPicker");
  }

  @Test
  void load_withoutWeight_isOne() {
    ConfigResult.Loaded loaded =
        loaded(
            HEAD
                + """
                plugins: [{type: queue-scorer}]
                schedulingProfiles: [{name: a, plugins: [{pluginRef: queue-scorer}]}]
                """);

    assertThat(scorers(loaded.pipeline().profiles().getFirst())).containsExactly("QueueScorer 1.0");
  }

  @Test
  void load_withoutProfiles_allPluginsFormTheDefaultOne() {
    ConfigResult.Loaded loaded =
        loaded(HEAD + "plugins: [{type: kv-cache-utilization-scorer}, {type: queue-scorer}]\n");

    Profile profile = loaded.pipeline().profiles().getFirst();
    assertThat(profile.name()).isEqualTo("default");
    assertThat(scorers(profile)).containsExactly("KvCacheUtilizationScorer 1.0", "QueueScorer 1.0");
  }

  @Test
  void load_pickerOutsideTheProfile_isUsedAllTheSame() {
    ConfigResult.Loaded loaded =
        loaded(
            HEAD
                + """
                plugins: [{type: queue-scorer}, {type: weighted-random-picker}]
                schedulingProfiles: [{name: a, plugins: [{pluginRef: queue-scorer}]}]
                """);

    assertThat(loaded.pipeline().profiles().getFirst().picker().getClass().getSimpleName())
        .isEqualTo("WeightedRandomPicker");
  }

  @Test
  void load_pluginWithoutSchedulingRole_mayStandInAProfile() {
    ConfigResult.Loaded loaded =
        loaded(
            HEAD
                + """
                plugins: [{type: openai-parser}, {type: queue-scorer}]
                schedulingProfiles:
                - {name: a, plugins: [{pluginRef: openai-parser}, {pluginRef: queue-scorer}]}
                """);

    assertThat(scorers(loaded.pipeline().profiles().getFirst())).hasSize(1);
  }

  @Test
  void load_prefixScorer_bringsItsProducerOnce() {
    assertThat(loaded(HEAD + "plugins: [{type: prefix-cache-scorer}]\n").pipeline().producers())
        .hasSize(1);
    assertThat(
            loaded(
                    HEAD
                        + "plugins: [{type: prefix-cache-scorer}, {type:"
                        + " approx-prefix-cache-producer}]\n")
                .pipeline()
                .producers())
        .hasSize(1);
    assertThat(loaded(HEAD + "plugins: [{type: queue-scorer}]\n").pipeline().producers()).isEmpty();
  }

  @Test
  void load_dataLayer_choosesSourceAndExtractor() {
    ConfigResult.Loaded loaded =
        loaded(
            HEAD
                + """
                plugins:
                - {type: metrics-data-source, name: s, parameters: {scheme: https, path: prometheus/metrics, insecureSkipVerify: false}}
                - type: core-metrics-extractor
                  name: e
                  parameters:
                    engineLabelKey: engine
                    defaultEngine: mine
                    engineConfigs:
                    - {name: mine, queuedRequestsSpec: "waiting{kind=a}", runningRequestsSpec: running}
                dataLayer: {sources: [{pluginRef: s, extractors: [{pluginRef: e}]}]}
                """);

    assertThat(loaded.source()).isEqualTo(new MetricsSource("https", "/prometheus/metrics", false));
    assertThat(loaded.extractor().engineLabel()).isEqualTo("engine");
    assertThat(loaded.extractor().defaultEngine()).isEqualTo("mine");
    assertThat(loaded.extractor().engines()).containsKeys("mine", "vllm");
  }

  @Test
  void load_parserByName_isTaken() {
    assertThat(
            loaded(
                    HEAD
                        + """
                        plugins: [{type: passthrough-parser, name: p}, {type: queue-scorer}]
                        parser: {pluginRef: p}
                        """)
                .parser()
                .type())
        .isEqualTo("passthrough-parser");
  }

  @Test
  void load_sectionsWithoutEffectYet_warn() {
    assertThat(
            loaded(HEAD + "featureGates: [flowControl, dataLayer]\nflowControl: {maxRequests: 5}\n")
                .warnings())
        .containsExactly(
            "featureGates: flowControl is not yet in effect", "flowControl: not yet in effect");
  }

  // What is refused

  @Test
  void load_severalMistakes_areAllToldWithTheirPaths() {
    assertThat(
            problems(
                """
                apiVersion: v1
                kind: Config
                featureGates: [warp]
                plugins:
                - {type: queue-scorer, colour: red}
                - {name: nameless}
                - {type: no-such-scorer}
                - {type: queue-scorer}
                - {type: random-picker, parameters: {maxNumOfEndpoints: many}}
                schedulingProfiles:
                - plugins: [{pluginRef: ghost, weight: heavy}]
                extra: 1
                """))
        .containsExactly(
            "apiVersion: \"v1\" (expected: one of inference.networking.x-k8s.io/v1alpha1,"
                + " llm-d.ai/v1alpha1)",
            "kind: \"Config\" (expected: EndpointPickerConfig)",
            "featureGates[0]: feature gate 'warp' is unknown or unregistered",
            "plugins[0].colour: unknown field (expected: one of type, name, parameters)",
            "plugins[1].type: plugin 'nameless' is missing a type",
            "plugins[2].type: " + unknown("no-such-scorer"),
            "plugins[3].name: duplicate plugin name 'queue-scorer'",
            "plugins[4].parameters.maxNumOfEndpoints: \"many\" (expected: an integer)",
            "schedulingProfiles[0].name: the profile is missing a name",
            "schedulingProfiles[0].plugins[0].pluginRef: schedulingProfiles[] references undefined"
                + " plugin 'ghost'",
            "schedulingProfiles[0].plugins[0].weight: \"heavy\" (expected: a number)",
            "extra: unknown field (expected: one of apiVersion, kind, featureGates, plugins,"
                + " schedulingProfiles, dataLayer, parser, saturationDetector, flowControl)");
  }

  @Test
  void load_problems_comeAsTheDocumentIsWritten() {
    assertThat(
            problems(
                """
                parser: {pluginRef: ghost}
                plugins:
                - {type: no-such-scorer}
                kind: EndpointPickerConfig
                """))
        .extracting(text -> text.substring(0, text.indexOf(':')))
        .containsExactly("apiVersion", "parser.pluginRef", "plugins[0].type");
  }

  @Test
  void load_unknownType_namesEveryTypeThereIs() {
    assertThat(unknown("no-such-scorer"))
        .contains(
            "core-metrics-extractor", "metrics-data-source", "openai-parser", "passthrough-parser")
        .contains("approx-prefix-cache-producer", "queue-scorer", "single-profile-handler");
  }

  @Test
  void load_listedPluginThatFailed_isToldOnce() {
    assertThat(
            problems(
                HEAD
                    + """
                    plugins:
                    - {type: metric-data-source, name: src}
                    - {type: utilization-detector, name: det}
                    - {name: typeless}
                    dataLayer: {sources: [{pluginRef: src, extractors: [{pluginRef: typeless}]}]}
                    parser: {pluginRef: src}
                    saturationDetector: {pluginRef: det}
                    """))
        .extracting(text -> text.substring(0, text.indexOf(':')))
        .containsExactly("plugins[0].type", "plugins[1].type", "plugins[2].type");
  }

  @Test
  void load_saturationDetector_isReadStrictly() {
    assertThat(
            problems(
                HEAD
                    + "plugins: [{type: queue-scorer}]\n"
                    + "saturationDetector: {pluginRef: nope, colour: red}\n"))
        .containsExactly(
            "saturationDetector.pluginRef: references undefined plugin 'nope'",
            "saturationDetector.colour: unknown field (expected: one of pluginRef)");
    assertThat(
            problems(
                HEAD
                    + "plugins: [{type: queue-scorer}]\n"
                    + "saturationDetector: {pluginRef: queue-scorer}\n"))
        .containsExactly(
            "saturationDetector.pluginRef: the plugin queue-scorer is not a saturation detector");
    assertThat(problems(HEAD + "saturationDetector: {pluginRef: 5}\n"))
        .containsExactly("saturationDetector.pluginRef: 5 (expected: text)");
    for (String section : List.of("{}", "{pluginRef: utilization-detector}")) {
      assertThat(loaded(HEAD + "saturationDetector: " + section + "\n").warnings())
          .containsExactly("saturationDetector: not yet in effect");
    }
  }

  @Test
  void load_flowControl_isReadStrictly() {
    assertThat(
            loaded(
                    HEAD
                        + """
                        flowControl:
                          maxBytes: 1.5Gi
                          maxRequests: 100
                          defaultRequestTTL: 30s
                          defaultPriorityBand: {maxBytes: "64M", orderingPolicyRef: fcfs-ordering-policy}
                          priorityBands:
                          - {priority: 1, maxRequests: 5, fairnessPolicyRef: round-robin-fairness-policy}
                          - {priority: -1}
                          usageLimitPolicyPluginRef: static-usage-limit-policy
                        """)
                .warnings())
        .containsExactly("flowControl: not yet in effect");
    assertThat(
            problems(
                HEAD
                    + """
                    flowControl:
                      maxBytes: -5
                      maxRequests: many
                      defaultRequestTTL: -1s
                      defaultPriorityBand: {colour: red}
                      priorityBands: [{priority: 1}, {priority: 1}, {priority: 0.5}]
                      usageLimitPolicy: x
                    """))
        .containsExactly(
            "flowControl.maxBytes: maxBytes must be non-negative, got -5",
            "flowControl.maxRequests: \"many\" (expected: a quantity, such as 5, 100k or 64Mi)",
            "flowControl.defaultRequestTTL: \"-1s\" (expected: >= 0)",
            "flowControl.defaultPriorityBand.colour: unknown field (expected: one of priority,"
                + " maxBytes, maxRequests, fairnessPolicyRef, orderingPolicyRef)",
            "flowControl.priorityBands[1].priority: duplicate priority level 1",
            "flowControl.priorityBands[2].priority: 0.5 (expected: a whole number)",
            "flowControl.usageLimitPolicy: unknown field (expected: one of maxBytes, maxRequests,"
                + " defaultRequestTTL, defaultPriorityBand, priorityBands,"
                + " usageLimitPolicyPluginRef)");
    assertThat(problems(HEAD + "flowControl: {defaultRequestTTL: soon}\n"))
        .singleElement()
        .asString()
        .startsWith("flowControl.defaultRequestTTL: \"soon\" is not a duration");
  }

  @Test
  void load_twoPickersInAProfile_isRefused() {
    assertThat(
            problems(
                HEAD
                    + """
                    plugins: [{type: random-picker}, {type: max-score-picker}]
                    schedulingProfiles:
                    - {name: a, plugins: [{pluginRef: random-picker}, {pluginRef: max-score-picker}]}
                    """))
        .containsExactly(
            "schedulingProfiles[0].plugins[1].pluginRef: failed to set 'max-score-picker' as"
                + " picker, already have a registered picker plugin 'random-picker'");
  }

  @Test
  void load_profileHandlers_mustFitTheProfiles() {
    String two = "schedulingProfiles: [{name: a, plugins: []}, {name: b, plugins: []}]\n";

    assertThat(problems(HEAD + "plugins: [{type: queue-scorer}]\n" + two))
        .containsExactly("schedulingProfiles: no profile handler configured");
    assertThat(problems(HEAD + "plugins: [{type: single-profile-handler}]\n" + two))
        .singleElement()
        .asString()
        .contains("cannot support multiple scheduling profiles");
    assertThat(
            problems(
                HEAD
                    + "plugins: [{type: single-profile-handler}, {type: single-profile-handler,"
                    + " name: b}]\n"))
        .singleElement()
        .asString()
        .contains("multiple profile handlers found (single-profile-handler, b)");
  }

  @Test
  void load_duplicateProfileName_isRefused() {
    assertThat(
            problems(
                HEAD
                    + """
                    plugins: [{type: single-profile-handler}]
                    schedulingProfiles: [{name: a, plugins: []}, {name: a, plugins: []}]
                    """))
        .contains("schedulingProfiles[1].name: duplicate name 'a'");
  }

  @Test
  void load_referencesOfTheWrongKind_areRefused() {
    assertThat(
            problems(
                HEAD
                    + """
                    plugins: [{type: queue-scorer}]
                    parser: {pluginRef: queue-scorer}
                    dataLayer: {sources: [{pluginRef: queue-scorer, extractors: [{pluginRef: ghost}]}]}
                    """))
        .containsExactly(
            "parser.pluginRef: the specified plugin is not a parser plugin in the config",
            "dataLayer.sources[0].pluginRef: the plugin queue-scorer is not a data source",
            "dataLayer.sources[0].extractors[0].pluginRef: references undefined plugin 'ghost'");
  }

  @Test
  void load_dataLayerWithoutSources_isRefused() {
    assertThat(problems(HEAD + "dataLayer: {sources: []}\n"))
        .containsExactly("dataLayer.sources: data layer enabled but no data sources configured");
  }

  @Test
  void load_badEngineConfigs_areAllTold() {
    assertThat(
            problems(
                HEAD
                    + """
                    plugins:
                    - type: core-metrics-extractor
                      parameters:
                        defaultEngine: ghost
                        engineConfigs:
                        - {name: default}
                        - {name: a, queuedRequestsSpec: "x{"}
                        - {name: b, kvUsageSpec: 5}
                        - {name: b}
                    """))
        .hasSize(5)
        .anySatisfy(text -> assertThat(text).contains("engineConfigs[0].name"))
        .anySatisfy(text -> assertThat(text).contains("engineConfigs[1]"))
        .anySatisfy(text -> assertThat(text).contains("engineConfigs[2].kvUsageSpec"))
        .anySatisfy(text -> assertThat(text).contains("duplicate engine name \"b\""))
        .anySatisfy(text -> assertThat(text).contains("\"ghost\" not found in engineConfigs"));
  }

  @Test
  void load_scorerParameters_areCheckedForTheProducerTheyMake() {
    assertThat(
            problems(
                HEAD
                    + "plugins: [{type: prefix-cache-scorer, parameters: {lruCapacityPerServer:"
                    + " many}}]\n"))
        .singleElement()
        .asString()
        .startsWith("plugins[0].parameters.lruCapacityPerServer: ")
        .contains("many", "expected: ");
  }

  @Test
  void load_typeOfTheReferenceNotBuilt_isToldApartFromATypingError() {
    assertThat(problems(HEAD + "plugins: [{type: latency-scorer}]\n"))
        .containsExactly(
            "plugins[0].type: plugin type 'latency-scorer' is known, but not available in this"
                + " version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "just text",
        "a: [",
        "a: 1\na: 2",
        "plugins: {type: x}",
        "\u0000",
        "a: &x [*x]",
        "--- {}\n--- {}",
        "apiVersion: [1]"
      })
  void load_anyNonsense_isRefusedWithAProblem(String text) {
    assertThat(problems(text)).isNotEmpty();
  }

  @Test
  void load_syntaxError_saysWhere() {
    assertThat(problems(HEAD + "plugins: [\n"))
        .singleElement()
        .asString()
        .contains("failed to decode configuration JSON/YAML")
        .contains("line");
  }

  private ConfigResult.Loaded loaded(String text) {
    ConfigResult result = loader.load(text);
    assertThat(result).isInstanceOf(ConfigResult.Loaded.class);
    return (ConfigResult.Loaded) result;
  }

  private List<String> problems(String text) {
    ConfigResult result = loader.load(text);
    assertThat(result).isInstanceOf(ConfigResult.Broken.class);
    return ((ConfigResult.Broken) result).problems().stream().map(Object::toString).toList();
  }

  private String unknown(String type) {
    return problems(HEAD + "plugins: [{type: " + type + "}]\n")
        .getFirst()
        .substring("plugins[0].type: ".length());
  }

  private static List<String> scorers(Profile profile) {
    return profile.scorers().stream().map(ConfigLoaderTest::described).toList();
  }

  private static String described(WeightedScorer scorer) {
    return scorer.scorer().getClass().getSimpleName() + " " + scorer.weight();
  }

  private static final class Context implements PluginContext {
    private final EndpointStore store = new EndpointStore(() -> 0L);

    @Override
    public EndpointStore endpoints() {
      return store;
    }

    @Override
    public LongSupplier nanos() {
      return () -> 0L;
    }

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }
  }
}
