package dev.pickwick.scheduler.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpLiteralTest {

  @ParameterizedTest
  @CsvSource({
    "FD00::1, fd00::1",
    "fd00:0:0:0:0:0:0:1, fd00::1",
    "fd00:0000::0001, fd00::1",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:DB8::ABCD:10.0.0.1, 2001:db8::abcd:a00:1",
    "::ffff:10.0.0.1, 10.0.0.1",
  })
  void canonical_ipv6_isItsOneSpelling(String text, String expected) {
    assertThat(IpLiteral.canonical(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1",
    "127.1",
    "10.0.0.1:8000",
    "fe80::1%eth0",
    "A:B:C",
    "fd00::1::2",
    "Example.com",
    "''",
    ":",
    "::::",
  })
  void canonical_anythingElse_staysAsItIs(String text) {
    assertThat(IpLiteral.canonical(text)).isEqualTo(text);
  }

  @Test
  void canonical_anyAddress_isStillTheSameAndHasNoOtherSpelling() throws UnknownHostException {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[16];
      random.nextBytes(bytes);
      for (int group = 0; group < 8; group++) {
        if (random.nextBoolean()) {
          bytes[2 * group] = 0;
        }
        if (random.nextBoolean()) {
          bytes[2 * group + 1] = 0;
        }
      }
      InetAddress address = InetAddress.getByAddress(bytes);
      String once = IpLiteral.canonical(address.getHostAddress());

      assertThat(InetAddress.ofLiteral(once)).isEqualTo(address);
      assertThat(IpLiteral.canonical(once)).isEqualTo(once);
    }
  }
}
