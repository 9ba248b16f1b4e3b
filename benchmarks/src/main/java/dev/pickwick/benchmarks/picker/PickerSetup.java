package dev.pickwick.benchmarks.picker;

import dev.pickwick.benchmarks.machine.ControlGroup;
import dev.pickwick.epp.Main;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a picker is started.
 *
 * @param javaOptions of its Java machine
 * @param flags its own, without ports
 * @param environment added to ours
 * @param group whose limits it lives in; null: none
 * @param program its main class
 */
public record PickerSetup(
    List<String> javaOptions,
    List<String> flags,
    Map<String, String> environment,
    @Nullable ControlGroup group,
    Class<?> program) {

  public PickerSetup {
    javaOptions = List.copyOf(javaOptions);
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /** The picker as it is delivered, without limits. */
  public static PickerSetup of(JavaSettings java, String... flags) {
    return new PickerSetup(java.options(), List.of(flags), java.environment(), null, Main.class);
  }

  /** The same with further flags. */
  public PickerSetup withFlags(List<String> more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    return new PickerSetup(javaOptions, all, environment, group, program);
  }

  /** The same with one more option of the Java machine. */
  public PickerSetup withJavaOption(String option) {
    List<String> all = new ArrayList<>(javaOptions);
    all.add(option);
    return new PickerSetup(all, flags, environment, group, program);
  }

  /** The same with one more variable in its environment. */
  public PickerSetup withVariable(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put(name, value);
    return new PickerSetup(javaOptions, flags, all, group, program);
  }

  /** The same inside a group. */
  public PickerSetup in(ControlGroup limits) {
    return new PickerSetup(javaOptions, flags, environment, limits, program);
  }

  /** The same with another program in its place. */
  public PickerSetup running(Class<?> other) {
    return new PickerSetup(javaOptions, flags, environment, group, other);
  }
}
