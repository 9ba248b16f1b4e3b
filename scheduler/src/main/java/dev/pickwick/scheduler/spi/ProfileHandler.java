package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Profile;
import java.util.List;

/** Says which profile decides about a request. */
public interface ProfileHandler extends Plugin {

  /**
   * Chooses one of the profiles. Called by several threads at once. If it throws, the first one
   * decides.
   *
   * @param profiles at least one, as configured
   */
  Profile choose(InferenceRequest request, List<Profile> profiles);

  /** The greatest number of profiles it can choose among; more are a mistake in a configuration. */
  default int maxProfiles() {
    return Integer.MAX_VALUE;
  }
}
