package dev.pickwick.epp.endtoend;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;

/**
 * A plugin as a third party would bring it, found by its entry under META-INF: lets nobody pass.
 */
final class KeepNoneFilter implements Filter {

  @Override
  public void filter(InferenceRequest request, Candidates candidates) {
    candidates.retainIf(_ -> false);
  }

  /** Makes the filter. */
  public static final class Factory implements PluginFactory {
    @Override
    public String type() {
      return "keep-none-test-filter";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new KeepNoneFilter();
    }
  }
}
