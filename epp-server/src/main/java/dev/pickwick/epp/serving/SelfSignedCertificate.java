package dev.pickwick.epp.serving;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A fresh EC P-256 key and a certificate for it that nobody else has signed.
 *
 * <p>Gateways do not verify the picker's certificate, so it only has to be well formed: version 3,
 * valid for ten years (from an hour ago, since clocks differ), organisation "Inference Ext", usable
 * by a server.
 *
 * @param key the private key
 * @param certificate its certificate, signed with ECDSA and SHA-256
 */
record SelfSignedCertificate(PrivateKey key, X509Certificate certificate) {
  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String ORGANISATION = "2.5.4.10";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final int X509_V3 = 2;
  private static final int DIGITAL_SIGNATURE = 0x80;

  /**
   * Makes one.
   *
   * @param now the present time
   */
  static SelfSignedCertificate generate(Instant now) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    byte[] body = toBeSigned(now, algorithm, pair.getPublic().getEncoded());
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(body);
    byte[] encoded = Der.sequence(body, algorithm, Der.bits(0, signer.sign()));
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
    return new SelfSignedCertificate(pair.getPrivate(), certificate);
  }

  private static byte[] toBeSigned(Instant now, byte[] algorithm, byte[] publicKey) {
    byte[] name =
        Der.sequence(Der.set(Der.sequence(Der.oid(ORGANISATION), Der.utf8("Inference Ext"))));
    byte[] validity =
        Der.sequence(
            Der.utcTime(UTC_TIME.format(now.minus(Duration.ofHours(1)))),
            Der.utcTime(UTC_TIME.format(now.plus(VALIDITY))));
    byte[] keyUsage =
        Der.sequence(
            Der.oid(KEY_USAGE), Der.yes(), Der.octets(Der.bits(7, (byte) DIGITAL_SIGNATURE)));
    byte[] extendedKeyUsage =
        Der.sequence(Der.oid(EXTENDED_KEY_USAGE), Der.octets(Der.sequence(Der.oid(SERVER_AUTH))));
    return Der.sequence(
        Der.explicit(0, Der.integer(BigInteger.valueOf(X509_V3))),
        Der.integer(new BigInteger(127, new SecureRandom()).setBit(0)),
        algorithm,
        name,
        validity,
        name,
        publicKey,
        Der.explicit(3, Der.sequence(keyUsage, extendedKeyUsage)));
  }
}
