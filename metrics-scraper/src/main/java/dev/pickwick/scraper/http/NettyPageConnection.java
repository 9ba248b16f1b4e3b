package dev.pickwick.scraper.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server's keep-alive connection and the exchange on it. A request that a reused connection
 * swallows unanswered is sent once more on a fresh one: the server may have closed it just then.
 */
final class NettyPageConnection implements PageConnection {
  private static final int OK = 200;
  private static final int FRAMING_ALLOWANCE = 64 * 1024;
  // Longest body nobody wants that is read to keep the connection.
  private static final int MAX_IGNORED = 64 * 1024;

  private final NettyScrapeClient client;
  private final String address;
  private final int port;
  private final String authority;

  private @Nullable Channel channel;
  private @Nullable Consumer<Fetch> receiver;
  private byte[] request = new byte[0];
  private String requestTarget = "";
  private boolean reused;
  private boolean connected;
  private long wireBytes;
  private int status;
  private boolean keepAlive;
  private @Nullable String redirect;
  private byte @Nullable [] body;
  private int bodyLength;

  NettyPageConnection(NettyScrapeClient client, String address, int port) {
    this.client = client;
    this.address = address;
    this.port = port;
    this.authority = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
  }

  @Override
  public void get(String target, Consumer<Fetch> receiver) {
    if (this.receiver != null) {
      throw new IllegalStateException("get: " + target + " (expected: nothing in flight)");
    }
    this.receiver = receiver;
    if (!target.equals(requestTarget)) {
      requestTarget = target;
      request = request(target);
    }
    begin();
    Channel open = channel;
    reused = open != null && open.isActive();
    if (open != null && reused) {
      send(open);
    } else {
      connect();
    }
  }

  @Override
  public void abort(String why) {
    if (receiver != null) {
      discardChannel();
      finish(new Fetch.Failed(why, connected ? Fetch.Stage.SILENT : Fetch.Stage.UNREACHED));
    }
  }

  @Override
  public void close() {
    receiver = null;
    discardChannel();
    releaseBody();
  }

  /** Counts bytes from the server; false when they are not to be looked at. */
  boolean received(Channel from, int bytes) {
    if (!from.equals(channel) || receiver == null) {
      // Nobody asked: what this server says next could be taken for an answer.
      discard(from);
      return false;
    }
    wireBytes += bytes;
    if (wireBytes > 2L * client.maxBytes() + FRAMING_ALLOWANCE) {
      fail("more than twice " + client.maxBytes() + " bytes with framing", Fetch.Stage.REFUSED);
      return false;
    }
    return true;
  }

  /** Status line and headers. */
  void head(Channel from, HttpResponse head) {
    if (!from.equals(channel)) {
      return;
    }
    if (receiver == null) {
      discardChannel();
      return;
    }
    status = head.status().code();
    keepAlive = HttpUtil.isKeepAlive(head);
    if (status == OK) {
      String encoding = head.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
      long length = HttpUtil.getContentLength(head, -1L);
      if (!encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
        fail(
            "content-encoding " + printable(encoding) + " (expected: none, as asked)",
            Fetch.Stage.REFUSED);
      } else if (length > client.maxBytes()) {
        fail(tooLarge(), Fetch.Stage.REFUSED);
      }
    } else if (status >= 200) {
      redirect = status / 100 == 3 ? head.headers().get(HttpHeaderNames.LOCATION, "") : null;
      long length = HttpUtil.getContentLength(head, -1L);
      if (length < 0 || length > MAX_IGNORED) {
        keepAlive = false;
        end(refusal());
      }
    }
  }

  /** A piece of the body. */
  void content(Channel from, ByteBuf content, boolean last) {
    if (!from.equals(channel) || receiver == null) {
      return;
    }
    int length = content.readableBytes();
    if (status != OK) {
      if (last && status >= 200) {
        end(refusal());
      }
      return;
    }
    if (length > client.maxBytes() - bodyLength) {
      fail(tooLarge(), Fetch.Stage.REFUSED);
      return;
    }
    if (length > 0) {
      byte[] room = room(bodyLength + length);
      if (room == null) {
        fail("the pages being received fill their memory", Fetch.Stage.SILENT);
        return;
      }
      content.getBytes(content.readerIndex(), room, bodyLength, length);
      bodyLength += length;
    }
    if (last) {
      byte[] page = body;
      end(new Fetch.Page(page == null ? new byte[0] : page, bodyLength));
    }
  }

  /** The answer cannot be understood. */
  void failed(Channel from, String why) {
    if (from.equals(channel) && receiver != null) {
      fail(why, Fetch.Stage.REFUSED);
    } else {
      discard(from);
    }
  }

  /** The channel is gone or useless. */
  void closed(Channel from, String why) {
    if (!from.equals(channel)) {
      discard(from);
      return;
    }
    discardChannel();
    if (receiver == null) {
      return;
    }
    if (reused && wireBytes == 0) {
      reused = false;
      begin();
      connect();
    } else {
      finish(
          new Fetch.Failed(
              why + (wireBytes == 0 ? " unanswered" : " in mid-answer"), Fetch.Stage.SILENT));
    }
  }

  private void begin() {
    connected = false;
    wireBytes = 0;
    status = 0;
    keepAlive = false;
    redirect = null;
    bodyLength = 0;
  }

  private void connect() {
    InetSocketAddress server;
    try {
      server = new InetSocketAddress(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException e) {
      finish(
          new Fetch.Failed(
              "address " + address + " (expected: an IP address)", Fetch.Stage.UNREACHED));
      return;
    }
    ChannelFuture connecting = client.bootstrap(address, port, this).connect(server);
    Channel fresh = connecting.channel();
    channel = fresh;
    var _ =
        connecting.addListener(
            (ChannelFutureListener)
                done -> {
                  if (!fresh.equals(channel) || receiver == null) {
                    discard(fresh);
                  } else if (done.isSuccess()) {
                    send(fresh);
                  } else {
                    channel = null;
                    finish(
                        new Fetch.Failed("connect: " + words(done.cause()), Fetch.Stage.UNREACHED));
                  }
                });
  }

  private void send(Channel open) {
    connected = true;
    var _ =
        open.writeAndFlush(Unpooled.wrappedBuffer(request))
            .addListener(
                (ChannelFutureListener)
                    written -> {
                      if (!written.isSuccess()) {
                        closed(open, words(written.cause()));
                      }
                    });
  }

  private void fail(String why, Fetch.Stage stage) {
    discardChannel();
    finish(new Fetch.Failed(why, stage));
  }

  private void end(Fetch outcome) {
    if (!keepAlive) {
      discardChannel();
    }
    finish(outcome);
  }

  private void finish(Fetch outcome) {
    Consumer<Fetch> waiting = receiver;
    receiver = null;
    byte[] delivered = body;
    body = null;
    try {
      if (waiting != null) {
        waiting.accept(outcome);
      }
    } finally {
      if (delivered != null) {
        client.buffers().give(delivered);
      }
    }
  }

  private void discardChannel() {
    Channel old = channel;
    channel = null;
    if (old != null) {
      discard(old);
    }
  }

  private static void discard(Channel old) {
    if (old.isOpen()) {
      var _ = old.close();
    }
  }

  private void releaseBody() {
    if (body != null) {
      client.buffers().give(body);
      body = null;
    }
  }

  private byte @Nullable [] room(int length) {
    byte[] room = body == null ? client.buffers().take(length) : body;
    if (room != null && room.length < length) {
      byte[] larger = client.buffers().grow(room, length);
      if (larger == null) {
        return null;
      }
      room = larger;
    }
    body = room;
    return room;
  }

  private Fetch refusal() {
    if (redirect == null) {
      return new Fetch.Failed("status " + status + " (expected: 200)", Fetch.Stage.REFUSED);
    }
    String own = client.scheme() + "://" + authority;
    String target = redirect.startsWith(own + "/") ? redirect.substring(own.length()) : redirect;
    if (target.startsWith("/") && !target.startsWith("//") && isPrintable(target)) {
      return new Fetch.Redirect(target);
    }
    return new Fetch.Failed(
        "status " + status + " redirects to \"" + printable(redirect) + "\" (not followed)",
        Fetch.Stage.REFUSED);
  }

  private String tooLarge() {
    return "the page is larger than " + client.maxBytes() + " bytes";
  }

  private byte[] request(String target) {
    return ("GET "
            + target
            + " HTTP/1.1\r\nhost: "
            + authority
            + "\r\nuser-agent: pickwick\r\naccept: text/plain;version=0.0.4;q=1,*/*;q=0.1"
            + "\r\naccept-encoding: identity\r\n\r\n")
        .getBytes(US_ASCII);
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static String printable(String text) {
    String start = text.length() > 100 ? text.substring(0, 100) + "…" : text;
    return start.replaceAll("[^ -~…]", "?");
  }

  static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
