package dev.pickwick.scheduler.profile;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Profile;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.ProfileHandler;
import java.util.List;

/** Lets the one profile there is decide about every request. */
public final class SingleProfileHandler implements ProfileHandler {

  @Override
  public Profile choose(InferenceRequest request, List<Profile> profiles) {
    return profiles.getFirst();
  }

  @Override
  public int maxProfiles() {
    return 1;
  }

  /** Makes the {@code single-profile-handler}; it has no parameters. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "single-profile-handler";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new SingleProfileHandler();
    }
  }
}
