package dev.pickwick.scraper.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates a server may show. */
class EncryptedConnectionTest {
  @TempDir private Path directory;

  @Test
  void get_notVerifying_anyCertificateIsGood() {
    var certificates = new Certificates(directory, "127.0.0.9");
    assertThat(get(certificates, Tls.client(true))).isEqualTo("page");
  }

  @Test
  void get_verifying_selfSignedFails() {
    var certificates = new Certificates(directory, "127.0.0.1");
    assertThat(get(certificates, Tls.client(false))).startsWith("silent ");
  }

  @Test
  void get_verifying_knownAuthorityIsGood() throws SSLException {
    var certificates = new Certificates(directory, "127.0.0.1");
    assertThat(get(certificates, trusting(certificates.certificate()))).isEqualTo("page");
  }

  @Test
  void get_verifying_certificateOfAnotherAddressFails() throws SSLException {
    var certificates = new Certificates(directory, "127.0.0.9");
    assertThat(get(certificates, trusting(certificates.certificate()))).startsWith("silent ");
  }

  private static SslContext trusting(X509Certificate authority) throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(authority)
        .endpointIdentificationAlgorithm("HTTPS")
        .build();
  }

  private static String get(Certificates certificates, SslContext tls) {
    try (var server =
            new FakeServer(FakeServer.page("page".getBytes(UTF_8)), certificates.listener());
        var loop = new ClientLoop(1_000, tls)) {
      PageConnection connection = loop.connection(server);
      String outcome = loop.get(connection);
      loop.run(connection::close);
      assertThat(loop.lentBytes()).isZero();
      return outcome;
    }
  }
}
