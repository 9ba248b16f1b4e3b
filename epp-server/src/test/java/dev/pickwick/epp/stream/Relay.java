package dev.pickwick.epp.stream;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes bytes on between a client and the server until it falls silent without a word. */
final class Relay implements AutoCloseable {

  private final int target;
  private final ServerSocket listener;
  private final List<Socket> sockets = new ArrayList<>();
  private volatile boolean frozen;
  private @Nullable ManagedChannel channel;

  Relay(int target) throws IOException {
    this.target = target;
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  ManagedChannel connect() {
    ManagedChannel opened =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
            .usePlaintext()
            .directExecutor()
            .build();
    channel = opened;
    return opened;
  }

  /** From now on neither side hears of the other, and no connection is closed. */
  void freeze() {
    frozen = true;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.shutdownNow();
    }
    listener.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        synchronized (sockets) {
          sockets.add(client);
          sockets.add(server);
        }
        Thread.ofVirtual().start(() -> pass(client, server));
        Thread.ofVirtual().start(() -> pass(server, client));
      }
    } catch (IOException closed) {
      // The test is over.
      frozen = true;
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!frozen) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException closed) {
      // One of the two has hung up.
      frozen = true;
    }
  }
}
