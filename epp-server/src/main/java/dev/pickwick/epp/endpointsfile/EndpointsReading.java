package dev.pickwick.epp.endpointsfile;

import dev.pickwick.scheduler.endpoint.EndpointSpec;
import java.util.List;

/** What a file came to. */
sealed interface EndpointsReading {

  /** The endpoints it names, in its order. */
  record Valid(List<EndpointSpec> endpoints) implements EndpointsReading {
    public Valid {
      endpoints = List.copyOf(endpoints);
    }
  }

  /** All that is wrong with it, each with its path; never empty. */
  record Invalid(List<String> problems) implements EndpointsReading {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
