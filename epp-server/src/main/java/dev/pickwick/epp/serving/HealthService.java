package dev.pickwick.epp.serving;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/**
 * The standard gRPC health service: whatever service is asked for, it is serving once the pool is
 * known. How many endpoints the pool has does not matter.
 */
public final class HealthService extends HealthGrpc.HealthImplBase {
  private final BooleanSupplier poolKnown;

  /**
   * Creates the service.
   *
   * @param poolKnown whether the pool (or the endpoints file) has been read and the picker is not
   *     being stopped; asked at every check
   */
  public HealthService(BooleanSupplier poolKnown) {
    this.poolKnown = poolKnown;
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    ServingStatus status =
        poolKnown.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    answer.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    answer.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
    answer.onError(
        Status.UNIMPLEMENTED.withDescription("Watch is not implemented").asRuntimeException());
  }
}
