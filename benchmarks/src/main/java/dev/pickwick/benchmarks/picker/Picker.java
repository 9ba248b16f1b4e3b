package dev.pickwick.benchmarks.picker;

import dev.pickwick.benchmarks.machine.ProcessUsage;
import dev.pickwick.benchmarks.machine.Program;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A picker that runs in a process of its own, on free ports of the loopback. */
public final class Picker implements AutoCloseable {

  private static final long LEAST_PAUSE_MILLIS = 5;

  /**
   * Asking costs a picker that is starting a good deal, so pauses grow with the time that has
   * passed: readiness is seen one thirtieth of it too late at most.
   */
  private static final int PAUSES = 30;

  private static final int CONNECT_MILLIS = 100;
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final String HOST = "127.0.0.1";
  private static final double NANOS = 1e9;

  private final Program program;
  private final long startNanos;
  private final int grpcPort;
  private final int healthPort;
  private final int metricsPort;

  private Picker(Program program, long startNanos, List<Integer> ports) {
    this.program = program;
    this.startNanos = startNanos;
    this.grpcPort = ports.get(0);
    this.healthPort = ports.get(1);
    this.metricsPort = ports.get(2);
  }

  /**
   * How it got ready.
   *
   * @param seconds from the start of the process to the first SERVING
   * @param cpuSeconds processor time used by then, in steps of 0.01
   * @param residentBytes main memory it had by then
   */
  public record Ready(double seconds, double cpuSeconds, long residentBytes) {}

  /**
   * Starts it.
   *
   * @throws IOException when the process cannot be started
   */
  public static Picker start(PickerSetup setup) throws IOException {
    List<Integer> ports = freePorts();
    List<String> flags = new ArrayList<>(setup.flags());
    flags.add("--grpc-port=" + ports.get(0));
    flags.add("--grpc-health-port=" + ports.get(1));
    flags.add("--metrics-port=" + ports.get(2));
    List<String> command = Program.java(setup.javaOptions(), setup.program().getName(), flags);
    if (setup.group() != null) {
      command = setup.group().enter(command);
    }
    long start = System.nanoTime();
    return new Picker(Program.start("the picker", command, setup.environment()), start, ports);
  }

  /** Where ext_proc is spoken. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The process. */
  public Program program() {
    return program;
  }

  /**
   * Waits until it says that it is serving.
   *
   * @throws IOException when it ends before, or the time is over
   */
  public Ready awaitReady(Duration most) throws IOException, InterruptedException {
    long end = startNanos + most.toNanos();
    while (!isListening()) {
      pause(end);
    }
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(HOST, healthPort, InsecureChannelCredentials.create())
            .directExecutor()
            .build();
    try {
      while (!isServing(channel)) {
        pause(end);
      }
      double seconds = (System.nanoTime() - startNanos) / NANOS;
      ProcessUsage usage = program.usage();
      return new Ready(seconds, usage.cpuSeconds(), usage.residentBytes());
    } finally {
      channel.shutdownNow();
    }
  }

  /**
   * A number of its metrics page; empty when the page has none of this name without labels.
   *
   * @throws IOException when the page does not come
   */
  public OptionalDouble metric(String name) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI page = URI.create("http://" + HOST + ":" + metricsPort + "/metrics");
      HttpRequest request = HttpRequest.newBuilder(page).timeout(ANSWER).build();
      return client
          .send(request, BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> isOf(line, name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst();
    }
  }

  @Override
  public void close() throws IOException {
    program.close();
  }

  private static boolean isOf(String line, String name) {
    return line.startsWith(name + " ") || line.startsWith(name + "{");
  }

  private void pause(long end) throws IOException, InterruptedException {
    if (!program.isAlive() || System.nanoTime() - end > 0) {
      program.await(() -> false, Duration.ZERO); // throws, with its last words
    }
    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    TimeUnit.MILLISECONDS.sleep(Math.max(LEAST_PAUSE_MILLIS, passed / PAUSES));
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), healthPort), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isServing(ManagedChannel channel) {
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .withDeadlineAfter(ANSWER)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false; // not yet, or never again, which the caller sees
    }
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket two = new ServerSocket(0, 1, loopback);
        ServerSocket three = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
    }
  }
}
