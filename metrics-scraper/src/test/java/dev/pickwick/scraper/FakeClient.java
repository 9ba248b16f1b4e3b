package dev.pickwick.scraper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.scraper.http.Fetch;
import dev.pickwick.scraper.http.PageConnection;
import dev.pickwick.scraper.http.ScrapeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connections whose answers the test gives by hand. */
final class FakeClient implements ScrapeClient {
  final List<Connection> connections = new ArrayList<>();

  @Override
  public Connection connection(String address, int port) {
    var connection = new Connection(port);
    connections.add(connection);
    return connection;
  }

  Connection only() {
    if (connections.size() != 1) {
      throw new IllegalStateException("connections: " + connections.size() + " (expected: 1)");
    }
    return connections.get(0);
  }

  /** One connection: what was asked, and what is in flight. */
  static final class Connection implements PageConnection {
    final int port;
    final List<String> targets = new ArrayList<>();
    boolean closed;
    private @Nullable Consumer<Fetch> receiver;

    Connection(int port) {
      this.port = port;
    }

    @Override
    public void get(String target, Consumer<Fetch> receiver) {
      if (this.receiver != null || closed) {
        throw new IllegalStateException("get on a connection that is busy or closed");
      }
      targets.add(target);
      this.receiver = receiver;
    }

    @Override
    public void abort(String why) {
      answer(new Fetch.Failed(why, Fetch.Stage.SILENT));
    }

    @Override
    public void close() {
      closed = true;
      receiver = null;
    }

    boolean inFlight() {
      return receiver != null;
    }

    void page(String page) {
      byte[] bytes = page.getBytes(UTF_8);
      answer(new Fetch.Page(bytes, bytes.length));
    }

    void answer(Fetch fetch) {
      Consumer<Fetch> waiting = receiver;
      if (waiting == null) {
        throw new IllegalStateException("answer: nothing in flight");
      }
      receiver = null;
      waiting.accept(fetch);
    }
  }
}
