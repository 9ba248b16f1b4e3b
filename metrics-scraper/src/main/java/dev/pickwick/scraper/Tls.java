package dev.pickwick.scraper;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** How servers are spoken to: plainly, encrypted, or encrypted and verified. */
final class Tls {
  private Tls() {}

  /**
   * Null for plain HTTP. Verified means: by the system's authorities, and for the address asked.
   */
  static @Nullable SslContext context(ScraperOptions options) {
    if (options.scheme().equals("http")) {
      return null;
    }
    SslContextBuilder builder = SslContextBuilder.forClient();
    try {
      return options.insecureSkipVerify()
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
