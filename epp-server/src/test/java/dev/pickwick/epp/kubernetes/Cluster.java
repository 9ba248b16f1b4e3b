package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.client.Config;

/** A real API server that tests can also make unreachable. */
interface Cluster extends AutoCloseable {

  /** The way in, with every right. */
  Config config();

  /** Makes the API server unreachable; what it stores stays. */
  void goAway();

  /** Makes it reachable again, and returns once it answers. */
  void comeBack();

  @Override
  void close();
}
