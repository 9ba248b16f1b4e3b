/** The main job on real input: a trace replayed through gateway, picker and model servers, live. */
@NullMarked
package dev.pickwick.benchmarks.demo;

import org.jspecify.annotations.NullMarked;
