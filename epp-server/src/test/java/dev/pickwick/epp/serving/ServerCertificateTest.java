package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path directory;

  @Test
  void generate_today_isAValidEcCertificateForServers() throws Exception {
    X509Certificate certificate = SelfSignedCertificate.generate(NOW).certificate();

    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("O=Inference Ext");
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getKeyUsage()[0]).isTrue();
    assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
    assertThat(certificate.getSerialNumber().signum()).isPositive();
  }

  @Test
  void generate_twice_givesDifferentKeysAndSerials() throws Exception {
    SelfSignedCertificate first = SelfSignedCertificate.generate(NOW);
    SelfSignedCertificate second = SelfSignedCertificate.generate(NOW);

    assertThat(first.certificate().getSerialNumber())
        .isNotEqualTo(second.certificate().getSerialNumber());
    assertThat(first.key()).isNotEqualTo(second.key());
  }

  @Test
  void generate_encoded_readsBackTheSame() throws Exception {
    X509Certificate certificate = SelfSignedCertificate.generate(NOW).certificate();

    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.getEncoded())))
        .isEqualTo(certificate);
  }

  @Test
  void fromDirectory_pemFiles_load() throws Exception {
    SelfSignedCertificate made = SelfSignedCertificate.generate(NOW);
    Files.writeString(
        directory.resolve("tls.crt"), pem("CERTIFICATE", made.certificate().getEncoded()));
    Files.writeString(directory.resolve("tls.key"), pem("PRIVATE KEY", made.key().getEncoded()));

    assertThat(ServerCertificate.fromDirectory(directory)).isNotNull();
  }

  @Test
  void fromDirectory_missingOrBrokenFiles_nameTheDirectory() throws Exception {
    assertThatThrownBy(() -> ServerCertificate.fromDirectory(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("tls.crt");

    Files.writeString(directory.resolve("tls.crt"), "not a certificate");
    Files.writeString(directory.resolve("tls.key"), "not a key");
    assertThatThrownBy(() -> ServerCertificate.fromDirectory(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls.crt");
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
