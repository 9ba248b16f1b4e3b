package dev.pickwick.benchmarks.floor;

/** How little a floor does. */
public enum FloorKind {
  /** Constant replies; bodies are not looked at and not given back. */
  NOOP,
  /** Bodies are held until they are whole, then copied into replies. */
  ECHO
}
