package dev.pickwick.testbed.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A listening socket that gives every connection a virtual thread of its own. */
public final class HttpListener implements Closeable {

  /** Serves one connection until it ends; the listener closes the socket afterwards. */
  @FunctionalInterface
  public interface Handler {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket server;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private HttpListener(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * Listens on exactly this address.
   *
   * @param port 0 for any free one
   * @throws BindException naming address and port when they are taken
   */
  public static HttpListener start(InetAddress address, int port, Handler handler)
      throws IOException {
    var server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(address, port), 4096);
    } catch (IOException e) {
      server.close();
      var named =
          new BindException(
              "cannot listen on " + address.getHostAddress() + ':' + port + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
    var listener = new HttpListener(server, handler);
    Thread.ofVirtual().name("accept-" + server.getLocalPort()).start(listener::accept);
    return listener;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Number of connections open at the moment. */
  public int connections() {
    return open.size();
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      acceptOne();
    }
  }

  private void acceptOne() {
    try {
      Socket socket = server.accept();
      open.add(socket);
      if (server.isClosed()) {
        socket.close();
      }
      Thread.ofVirtual().start(() -> serve(socket));
    } catch (IOException e) {
      // Closed, or the peer was gone before it was accepted: the loop decides.
      return;
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      handler.serve(socket);
    } catch (IOException e) {
      // The peer went away or does not speak HTTP: the connection ends, and nothing else does.
      return;
    } finally {
      open.remove(socket);
    }
  }
}
