package dev.pickwick.epp.serving;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** The certificate of the ext_proc port: from files, or made at start. */
public final class ServerCertificate {
  private ServerCertificate() {}

  /** Credentials with a certificate made now; clients cannot verify it and are not meant to. */
  public static ServerCredentials selfSigned(Instant now) {
    try {
      SelfSignedCertificate made = SelfSignedCertificate.generate(now);
      return credentials(made.key(), made.certificate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make an EC P-256 certificate", e);
    }
  }

  /**
   * Credentials from {@code tls.crt} (PEM chain) and {@code tls.key} (PEM: PKCS #8, PKCS #1 or SEC
   * 1).
   *
   * @throws IllegalArgumentException naming the file and what is wrong with it
   */
  public static ServerCredentials fromDirectory(Path directory) {
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    try {
      X509Certificate[] chain = chain(certificate);
      return credentials(key(key, chain[0]), chain);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "cert-path " + directory + ": cannot load tls.crt and tls.key: " + e, e);
    }
  }

  private static X509Certificate[] chain(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] chain = CertificateUtils.getX509Certificates(in);
      if (chain.length == 0) {
        throw new IllegalArgumentException("cert-path: " + file + " holds no certificate");
      }
      return chain;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "cert-path: " + file + " holds no certificate (expected: PEM, BEGIN CERTIFICATE): " + e,
          e);
    }
  }

  private static PrivateKey key(Path file, X509Certificate certificate) throws IOException {
    try {
      String pem = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return PrivateKeyPem.read(pem, certificate.getPublicKey());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("cert-path: " + file + ": " + e.getMessage(), e);
    }
  }

  private static ServerCredentials credentials(PrivateKey key, X509Certificate... chain)
      throws GeneralSecurityException {
    AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(chain, key);
    return TlsServerCredentials.newBuilder().keyManager(keys).build();
  }
}
