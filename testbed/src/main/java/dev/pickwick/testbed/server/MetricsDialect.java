package dev.pickwick.testbed.server;

import java.util.Locale;

/** The engines whose metrics page a fake model server can write. */
public enum MetricsDialect {
  /** llm-d-inference-sim: Go style, short. */
  SIM,
  /**
   * vLLM with its Python frontend: about 50 KB, {@code engine} label, {@code _created} families.
   */
  VLLM,
  /** vLLM with its Rust frontend: OpenMetrics. */
  VLLM_RUST,
  SGLANG,
  /** trtllm-serve: the text page is at {@code /prometheus/metrics}, {@code /metrics} is JSON. */
  TRTLLM,
  /** Triton with the TensorRT-LLM backend. */
  TRITON;

  /** The path of the text page. */
  public String path() {
    return this == TRTLLM ? "/prometheus/metrics" : "/metrics";
  }

  /** The dialect of that name, as written on the command line ({@code vllm-rust}). */
  public static MetricsDialect named(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "metrics dialect: \""
              + name
              + "\" (expected: sim, vllm, vllm-rust, sglang, trtllm or triton)",
          e);
    }
  }
}
