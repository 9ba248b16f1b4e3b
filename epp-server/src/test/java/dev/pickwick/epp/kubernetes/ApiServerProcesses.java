package dev.pickwick.epp.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An etcd and a kube-apiserver of the test's own, on free ports of the loopback, with their state
 * in a temporary directory. Nothing else runs: whoever tests here writes the pods' status.
 */
final class ApiServerProcesses implements Cluster {

  private static final Duration START = Duration.ofMinutes(2);

  private final Path assets;
  private final Path dir;
  private final String token = UUID.randomUUID().toString();
  private final int etcdPort;
  private final int peerPort;
  private final int apiPort;
  private final Process etcd;
  private @Nullable Process apiServer;

  /** Starts both programs from a directory, and returns once the API server answers. */
  ApiServerProcesses(Path assets) {
    this.assets = assets;
    try (var etcdSocket = freePort();
        var peerSocket = freePort();
        var apiSocket = freePort()) {
      etcdPort = etcdSocket.getLocalPort();
      peerPort = peerSocket.getLocalPort();
      apiPort = apiSocket.getLocalPort();
      dir = Files.createTempDirectory("pickwick-api-server");
      Files.writeString(dir.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
      writeServiceAccountKeys();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    etcd = startEtcd();
    comeBack();
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private void writeServiceAccountKeys() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var pair = generator.generateKeyPair();
      writePem("sa.key", "PRIVATE KEY", pair.getPrivate());
      writePem("sa.pub", "PUBLIC KEY", pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA: missing (expected: in every JDK)", e);
    }
  }

  private void writePem(String file, String what, Key key) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    Files.writeString(
        dir.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, body));
  }

  private Process startEtcd() {
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return start(
        "etcd",
        "--name=test",
        "--data-dir=" + dir.resolve("data"),
        "--unsafe-no-fsync=true",
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=test=" + peer);
  }

  private Process startApiServer() {
    return start(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--secure-port=" + apiPort,
        "--bind-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + dir.resolve("tokens.csv"),
        // Without a certificate of ours it makes one for the loopback and keeps it here.
        "--cert-dir=" + dir.resolve("pki"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + dir.resolve("sa.pub"),
        "--service-account-signing-key-file=" + dir.resolve("sa.key"),
        "--disable-admission-plugins=ServiceAccount");
  }

  private Process start(String program, String... arguments) {
    try {
      var builder = new ProcessBuilder(assets.resolve(program).toString());
      builder.command().addAll(List.of(arguments));
      builder.redirectErrorStream(true);
      builder.redirectOutput(
          ProcessBuilder.Redirect.appendTo(dir.resolve(program + ".log").toFile()));
      Process process = builder.start();
      // A test run that is cut off leaves nothing behind.
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + apiPort)
        .withCaCertFile(dir.resolve("pki/apiserver.crt").toString())
        .withOauthToken(token)
        .withRequestRetryBackoffLimit(0)
        .withWatchReconnectInterval(100)
        .build();
  }

  @Override
  public void goAway() {
    if (apiServer != null) {
      end(apiServer.destroyForcibly());
    }
  }

  @Override
  public void comeBack() {
    Process starting = startApiServer();
    apiServer = starting;
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isReady() || !starting.isAlive());
    if (!starting.isAlive()) {
      throw new IllegalStateException("kube-apiserver: ended at once: " + lastLogLines());
    }
  }

  private boolean isReady() {
    if (!Files.exists(dir.resolve("pki/apiserver.crt"))) {
      return false;
    }
    try (var access = new KubernetesAccess(config())) {
      return "ok".equals(access.client().raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private String lastLogLines() {
    try {
      var lines = Files.readAllLines(dir.resolve("kube-apiserver.log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    goAway();
    end(etcd.destroyForcibly());
    try (var files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + ": does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
