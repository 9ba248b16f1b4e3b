package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static final byte[] RSA = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.tlv(0x05));
  private static final byte[] EC_P256 =
      Der.sequence(Der.oid("1.2.840.10045.2.1"), Der.oid("1.2.840.10045.3.1.7"));

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

  @Test
  void fromDirectory_sec1Key_loads() throws Exception {
    SelfSignedCertificate made = SelfSignedCertificate.generate(NOW);
    byte[] sec1 = innerKey(made.key());

    write(made.certificate(), pem("EC PRIVATE KEY", sec1));
    assertThat(ServerCertificate.fromDirectory(directory)).isNotNull();

    // As openssl ecparam writes it: the curve first, in a block of its own.
    write(
        made.certificate(),
        pem("EC PARAMETERS", Der.oid("1.2.840.10045.3.1.7")) + pem("EC PRIVATE KEY", sec1));
    assertThat(ServerCertificate.fromDirectory(directory)).isNotNull();
    assertThat(PrivateKeyPem.read(pem("EC PRIVATE KEY", sec1), made.certificate().getPublicKey()))
        .isEqualTo(made.key());
  }

  @Test
  void rsaKey_pkcs1AndPkcs8_areTheSameKey() throws Exception {
    KeyPair pair = rsa();

    PrivateKey key =
        PrivateKeyPem.read(pem("RSA PRIVATE KEY", innerKey(pair.getPrivate())), pair.getPublic());
    assertThat(key).isEqualTo(pair.getPrivate());
    assertThat(
            PrivateKeyPem.read(
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()), pair.getPublic()))
        .isEqualTo(key);
  }

  @Test
  void fromDirectory_keyOfAnother_isRefused() throws Exception {
    X509Certificate certificate = SelfSignedCertificate.generate(NOW).certificate();
    PrivateKey other = SelfSignedCertificate.generate(NOW).key();

    write(certificate, pem("PRIVATE KEY", other.getEncoded()));
    assertRefused("tls.key: PRIVATE KEY (expected: the key of the certificate)");
    write(certificate, pem("RSA PRIVATE KEY", innerKey(rsa().getPrivate())));
    assertRefused(
        "tls.key: RSA PRIVATE KEY (expected: the key of the certificate, which is one for EC)");
  }

  @Test
  void fromDirectory_hostileKeyFiles_nameTheAcceptedForms() throws Exception {
    SelfSignedCertificate made = SelfSignedCertificate.generate(NOW);
    byte[] pkcs8 = made.key().getEncoded();
    for (String text :
        List.of(
            "",
            "not a key",
            "\u0000\u00ff".repeat(1_000),
            pem("ENCRYPTED PRIVATE KEY", pkcs8),
            pem("EC PRIVATE KEY", innerKey(made.key()))
                .replace(
                    "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0\n"),
            pem("CERTIFICATE", made.certificate().getEncoded()),
            pem("PRIVATE KEY", new byte[0]),
            pem("PRIVATE KEY", Arrays.copyOf(pkcs8, pkcs8.length / 2)),
            pem("EC PRIVATE KEY", new byte[0]),
            pem("EC PRIVATE KEY", pkcs8),
            pem("EC PRIVATE KEY", new byte[70_000]),
            "-----BEGIN PRIVATE KEY-----\n=\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\n" + "A".repeat(100_000))) {
      write(made.certificate(), text);
      assertRefused("BEGIN PRIVATE KEY (PKCS #8), BEGIN RSA PRIVATE KEY (PKCS #1) or BEGIN EC");
    }
  }

  private void write(X509Certificate certificate, String key) throws Exception {
    Files.writeString(directory.resolve("tls.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(directory.resolve("tls.key"), key);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ServerCertificate.fromDirectory(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cert-path")
        .hasMessageContaining(message);
  }

  private static KeyPair rsa() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2_048);
    return generator.generateKeyPair();
  }

  /** What PKCS #8 wraps: the last element, an octet string. */
  private static byte[] innerKey(PrivateKey key) {
    byte[] pkcs8 = key.getEncoded();
    byte[] algorithm = key.getAlgorithm().equals("EC") ? EC_P256 : RSA;
    int octets = pkcs8.length - content(pkcs8).length + 3 + algorithm.length;
    return content(Arrays.copyOfRange(pkcs8, octets, pkcs8.length));
  }

  /** The content of an encoded element. */
  private static byte[] content(byte[] der) {
    int lengthBytes = (der[1] & 0x80) == 0 ? 0 : der[1] & 0x7f;
    return Arrays.copyOfRange(der, 2 + lengthBytes, der.length);
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
