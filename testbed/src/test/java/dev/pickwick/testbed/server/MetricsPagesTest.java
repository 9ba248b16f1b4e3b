package dev.pickwick.testbed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsPagesTest {

  private final VirtualTimeline timeline = new VirtualTimeline();

  private String page(ModelServerOptions options, int running, int waiting, Set<String> names) {
    var engine = new Engine(options.slots(running, waiting), timeline);
    for (int i = 0; i < running + waiting; i++) {
      var work = new Engine.Work(PromptBlocks.of("p" + i, "lora-a", 16), "lora-a", 5, 5, true);
      engine.submit(
          work,
          new Engine.Listener() {
            @Override
            public void tokens(int count) {}

            @Override
            public void finished() {}
          });
    }
    byte[] bytes =
        new MetricsPages(options, timeline.unixMillis())
            .render(engine.state(), new HttpCounters(), names);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ModelServerOptions options(MetricsDialect dialect) {
    return ModelServerOptions.of("m")
        .dialect(dialect)
        .adapters(List.of("lora-a"), 2)
        .cache(16, 100)
        .latency(Latency.fixed(Duration.ofSeconds(1), Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "SIM; vllm:num_requests_running{model_name=\"m\"} 3",
        "SIM; vllm:num_requests_waiting{model_name=\"m\"} 2",
        "SIM; vllm:kv_cache_usage_perc{model_name=\"m\"} 0.03",
        "SIM; vllm:cache_config_info{block_size=\"16\",num_gpu_blocks=\"100\"} 1",
        "SIM; vllm:lora_requests_info{max_lora=\"2\",running_lora_adapters=\"lora-a\",waiting_lora_adapters=\"lora-a\"}"
            + " 1.7e+09",
        "VLLM; vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 3.0",
        "VLLM; vllm:num_requests_waiting{engine=\"0\",model_name=\"m\"} 2.0",
        "VLLM; vllm:kv_cache_usage_perc{engine=\"0\",model_name=\"m\"} 0.03",
        "VLLM;"
            + " vllm:lora_requests_info{max_lora=\"2\",running_lora_adapters=\"lora-a\",waiting_lora_adapters=\"lora-a\"}"
            + " 1.7e+09",
        "VLLM; vllm:time_to_first_token_seconds_bucket{engine=\"0\",le=\"1.0\",model_name=\"m\"}"
            + " 0.0",
        "VLLM_RUST; vllm:num_requests_running{model_name=\"m\",engine=\"0\"} 3",
        "VLLM_RUST; vllm:kv_cache_usage_perc{model_name=\"m\",engine=\"0\"} 0.03",
        "VLLM_RUST;"
            + " vllm:lora_requests_info{running_lora_adapters=\"lora-a\",waiting_lora_adapters=\"lora-a\"}"
            + " 1700000000",
        "SGLANG;"
            + " sglang:num_running_reqs{engine_type=\"unified\",model_name=\"m\",moe_ep_rank=\"0\",pp_rank=\"0\",tp_rank=\"0\"}"
            + " 3.0",
        "TRTLLM; trtllm_num_requests_waiting{engine_type=\"pytorch\",model_name=\"m\",pid=\"1\"}"
            + " 2.0",
        "TRITON;"
            + " nv_trt_llm_request_metrics{model=\"tensorrt_llm\",request_type=\"scheduled\",version=\"1\"}"
            + " 3",
      })
  void page_state_isWrittenInTheEnginesOwnForm(MetricsDialect dialect, String line) {
    assertThat(page(options(dialect), 3, 2, Set.of())).contains('\n' + line + '\n');
  }

  @ParameterizedTest
  @EnumSource(MetricsDialect.class)
  void page_everySample_hasItsFamilyAbove(MetricsDialect dialect) {
    String family = "";
    for (String line : page(options(dialect), 2, 0, Set.of()).split("\n", -1)) {
      if (line.startsWith("# TYPE ")) {
        family = line.split(" ", -1)[2];
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        assertThat(line).startsWith(family);
        assertThat(line).matches("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*})? [-+.e0-9NaInf]+");
      }
    }
  }

  @Test
  void vllmPage_isAsLargeAsARealOne() {
    var named = ModelServerOptions.of("Qwen/Qwen3-0.6B").adapters(List.of("lora-a"), 2);
    assertThat(page(named, 3, 2, Set.of()).length()).isBetween(45_000, 60_000);
  }

  @Test
  void openMetricsPage_endsWithEof() {
    assertThat(page(options(MetricsDialect.VLLM_RUST), 1, 0, Set.of())).endsWith("\n# EOF\n");
  }

  @Test
  void names_restrictThePage() {
    String page =
        page(
            options(MetricsDialect.VLLM),
            3,
            2,
            Set.of("vllm:num_requests_waiting", "vllm:cache_config_info"));
    assertThat(page.lines().filter(line -> line.startsWith("# TYPE")))
        .containsExactly(
            "# TYPE vllm:num_requests_waiting gauge", "# TYPE vllm:cache_config_info gauge");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "3, 3",
    "0.25, 0.25",
    "123456, 123456",
    "1000000, 1e+06",
    "1785966031, 1.785966031e+09",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "NaN, NaN",
    "Infinity, +Inf",
    "-1.5, -1.5"
  })
  void shortest_writesAsGoDoes(double value, String text) {
    assertThat(Page.shortest(value)).isEqualTo(text);
  }

  @Test
  void forcedState_replacesTheMeasuredOne() {
    var engine = new Engine(options(MetricsDialect.SIM), timeline);
    EngineState forced =
        ForcedState.of(7, 9, 0.5)
            .withLoras(
                List.of(
                    new LoraState(List.of("a"), List.of()),
                    new LoraState(List.of("b", "a"), List.of("c"))))
            .over(engine.state(), 0, 1_700_000_000_000L);
    byte[] bytes =
        new MetricsPages(options(MetricsDialect.SIM), 0)
            .render(forced, new HttpCounters(), Set.of());
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("running{model_name=\"m\"} 7", "waiting{model_name=\"m\"} 9", "} 0.5")
        .contains(
            "running_lora_adapters=\"a\",waiting_lora_adapters=\"\"} 1.699999999e+09",
            "running_lora_adapters=\"a,b\",waiting_lora_adapters=\"c\"} 1.7e+09");
  }
}
