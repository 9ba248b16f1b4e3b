package dev.pickwick.epp.serving;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key from PEM: PKCS #8, or PKCS #1 and SEC 1 as older tools write them, which are
 * put into the envelope of PKCS #8 (RFC 5208).
 */
final class PrivateKeyPem {
  private static final String EXPECTED =
      "expected: an unencrypted PEM key, BEGIN PRIVATE KEY (PKCS #8), BEGIN RSA PRIVATE KEY (PKCS"
          + " #1) or BEGIN EC PRIVATE KEY (SEC 1)";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final byte[] PROOF = {1, 2, 3};

  private PrivateKeyPem() {}

  /**
   * The first private key in the text.
   *
   * @param certified the public key it must belong to; names the algorithm and the curve
   * @throws IllegalArgumentException saying what is wrong and what is expected
   */
  static PrivateKey read(String pem, PublicKey certified) {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new IllegalArgumentException("holds no key (" + EXPECTED + ")");
    }
    String form = block.group(1);
    String algorithm = certified.getAlgorithm();
    boolean fits =
        switch (form) {
          case "RSA PRIVATE KEY" -> algorithm.equals("RSA");
          case "EC PRIVATE KEY" -> algorithm.equals("EC");
          default -> true;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          form + " (expected: the key of the certificate, which is one for " + algorithm + ")");
    }
    PrivateKey key;
    try {
      byte[] der = Base64.getMimeDecoder().decode(block.group(2));
      byte[] wrapped = form.equals("PRIVATE KEY") ? der : wrapped(der, certified);
      key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(wrapped));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          form + " that is no key for " + algorithm + ": " + e.getMessage() + " (" + EXPECTED + ")",
          e);
    }
    if (!belongs(key, certified)) {
      throw new IllegalArgumentException(form + " (expected: the key of the certificate)");
    }
    return key;
  }

  /** The key's own encoding leaves out the algorithm, and may leave out the curve. */
  private static byte[] wrapped(byte[] key, PublicKey certified) {
    byte[] algorithm = Der.first(certified.getEncoded());
    return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octets(key));
  }

  private static boolean belongs(PrivateKey key, PublicKey certified) {
    String scheme =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(scheme);
      signature.initSign(key);
      signature.update(PROOF);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROOF);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
