package dev.pickwick.scheduler.endpoint;

import static java.util.Objects.requireNonNull;

/**
 * The name under which an endpoint is known.
 *
 * @param namespace where the name is unique; empty outside Kubernetes
 * @param name a given name, or a pod's name with its rank
 */
public record EndpointId(String namespace, String name) {

  public EndpointId {
    requireNonNull(namespace, "namespace");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: blank (expected: the name of an endpoint)");
    }
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
