package dev.pickwick.testbed.gateway;

import java.util.Map;

/**
 * What a gateway has counted since its start.
 *
 * @param requests HTTP requests taken on
 * @param active of these, under way
 * @param streams ext_proc streams opened
 * @param openStreams of these, not yet ended by the picker nor cancelled
 * @param pickerConnections connections to the picker opened
 * @param statuses responses begun, by status
 * @param destinations requests sent to model servers, by {@code ip:port}
 */
public record GatewayStats(
    long requests,
    int active,
    long streams,
    int openStreams,
    int pickerConnections,
    Map<Integer, Long> statuses,
    Map<String, Long> destinations) {

  public GatewayStats {
    statuses = Map.copyOf(statuses);
    destinations = Map.copyOf(destinations);
  }
}
