package dev.pickwick.scraper.http;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;

/** How servers are spoken to in secret. */
public final class Tls {
  private Tls() {}

  /**
   * For a client of encrypted servers.
   *
   * @param insecureSkipVerify whether any certificate is good; otherwise one of the system's
   *     authorities must have signed it for the address asked
   */
  public static SslContext client(boolean insecureSkipVerify) {
    SslContextBuilder builder = SslContextBuilder.forClient();
    try {
      return insecureSkipVerify
          ? builder
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .build()
          : builder.endpointIdentificationAlgorithm("HTTPS").build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS for scraping cannot be set up", e);
    }
  }
}
