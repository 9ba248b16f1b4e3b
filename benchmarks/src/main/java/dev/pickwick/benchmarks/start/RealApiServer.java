package dev.pickwick.benchmarks.start;

import dev.pickwick.benchmarks.machine.Program;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
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
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A kube-apiserver with its etcd, on free ports of the loopback, with their state in a temporary
 * directory. Nothing else runs: the pods' status is written by us.
 */
final class RealApiServer implements ApiServer {

  /** The variable that names the directory with both programs. */
  static final String ASSETS = "KUBEBUILDER_ASSETS";

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;
  private final String token = UUID.randomUUID().toString();
  private final int apiPort;
  private final Program etcd;
  private final Program apiServer;
  private final Path kubeconfig;

  private RealApiServer(Path assets, Path directory) throws IOException {
    this.directory = directory;
    int etcdPort;
    int peerPort;
    try (ServerSocket one = freePort();
        ServerSocket two = freePort();
        ServerSocket three = freePort()) {
      etcdPort = one.getLocalPort();
      peerPort = two.getLocalPort();
      apiPort = three.getLocalPort();
    }
    Files.writeString(directory.resolve("tokens.csv"), token + ",admin,admin,system:masters\n");
    writeKeys();
    kubeconfig = Files.writeString(directory.resolve("kubeconfig.yaml"), kubeconfigText());
    etcd = Program.start("etcd", etcd(assets, etcdPort, peerPort), Map.of());
    apiServer = Program.start("kube-apiserver", apiServer(assets, etcdPort), Map.of());
  }

  /** Starts both programs and creates the pool and its pods. */
  static RealApiServer start(int pods, int podPort) throws IOException, InterruptedException {
    Path assets = Path.of(Objects.requireNonNull(System.getenv(ASSETS), ASSETS));
    RealApiServer server = new RealApiServer(assets, Files.createTempDirectory("pickwick-api"));
    try {
      server.apiServer.await(server::isReady, PATIENCE);
      try (KubernetesClient client = server.client()) {
        RealObjects.create(client, pods, podPort);
      }
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public String name() {
    return "kube-apiserver";
  }

  @Override
  public void close() throws IOException {
    apiServer.close();
    etcd.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private List<String> etcd(Path assets, int clientPort, int peerPort) {
    String client = "http://127.0.0.1:" + clientPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return List.of(
        assets.resolve("etcd").toString(),
        "--name=bench",
        "--data-dir=" + directory.resolve("data"),
        "--unsafe-no-fsync=true",
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=bench=" + peer);
  }

  private List<String> apiServer(Path assets, int etcdPort) {
    return List.of(
        assets.resolve("kube-apiserver").toString(),
        "--etcd-servers=http://127.0.0.1:" + etcdPort,
        "--secure-port=" + apiPort,
        "--bind-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + directory.resolve("tokens.csv"),
        "--cert-dir=" + directory.resolve("pki"), // makes a certificate for the loopback there
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + directory.resolve("sa.pub"),
        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
        "--disable-admission-plugins=ServiceAccount");
  }

  private void writeKeys() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
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
        directory.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, body));
  }

  private String kubeconfigText() {
    return """
    apiVersion: v1
    kind: Config
    current-context: bench
    clusters:
    - name: bench
      cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
    contexts:
    - {name: bench, context: {cluster: bench, user: bench}}
    users:
    - {name: bench, user: {token: "%s"}}
    """
        .formatted(apiPort, certificate(), token);
  }

  private Path certificate() {
    return directory.resolve("pki").resolve("apiserver.crt");
  }

  private KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("https://127.0.0.1:" + apiPort)
            .withCaCertFile(certificate().toString())
            .withOauthToken(token)
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private boolean isReady() {
    if (!Files.exists(certificate())) {
      return false;
    }
    try (KubernetesClient client = client()) {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
