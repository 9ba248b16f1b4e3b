package dev.pickwick.scraper.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that answers as told, byte by byte, and counts what it sees. */
public final class FakeServer implements AutoCloseable {

  /** Answers one request; returns whether the connection stays open. */
  @FunctionalInterface
  public interface Answer {
    /** Writes what the server says to the request with this first line. */
    boolean write(String requestLine, Socket socket, OutputStream out) throws IOException;
  }

  private final ServerSocket listener;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> headers = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private volatile Answer answer;

  /** Listens on a free port. */
  public FakeServer(Answer answer) {
    this(answer, plainListener());
  }

  /** Listens on what is given. */
  public FakeServer(Answer answer, ServerSocket listener) {
    this.answer = answer;
    this.listener = listener;
    Thread.ofVirtual().start(this::accept);
  }

  /** A plain socket on a free loopback port. */
  public static ServerSocket plainListener() {
    try {
      return new ServerSocket(0, 1_024, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers every request with this page, keeping the connection. */
  public static Answer page(byte[] body) {
    return (line, socket, out) -> {
      out.write(ok(body.length));
      out.write(body);
      return true;
    };
  }

  /** Answers every request with these characters, one byte each, and keeps the connection. */
  public static Answer raw(String characters) {
    return (line, socket, out) -> {
      out.write(characters.getBytes(ISO_8859_1));
      return true;
    };
  }

  /** The head of a good answer. */
  public static byte[] ok(long length) {
    return ("HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: "
            + length
            + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  /** Answers differently from now on. */
  public void answer(Answer next) {
    answer = next;
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** First lines of the requests so far. */
  public List<String> requests() {
    return List.of(requests.toArray(String[]::new));
  }

  /** Header lines of all requests so far. */
  public List<String> headers() {
    return List.of(headers.toArray(String[]::new));
  }

  /** Connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Connections that neither side has closed. */
  public int openConnections() {
    return open.size();
  }

  /** Connections that the client broke off. */
  public int brokenConnections() {
    return broken.get();
  }

  /** Most requests in hand at the same time. */
  public int mostInFlight() {
    return mostInFlight.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        broken.incrementAndGet();
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        for (String header = in.readLine();
            header != null && !header.isEmpty();
            header = in.readLine()) {
          headers.add(header);
        }
        requests.add(line);
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        boolean keep;
        try {
          OutputStream out = socket.getOutputStream();
          keep = answer.write(line, socket, out);
          out.flush();
        } finally {
          inFlight.decrementAndGet();
        }
        if (!keep) {
          return;
        }
      }
    } catch (IOException e) {
      broken.incrementAndGet();
    } finally {
      open.remove(socket);
    }
  }
}
