package dev.pickwick.benchmarks.start;

import java.io.IOException;
import java.nio.file.Path;

/** An API server that knows a pool and its pods, in a process of its own. */
interface ApiServer extends AutoCloseable {

  /** A kubeconfig file that leads to it. */
  Path kubeconfig();

  /** What it is, for the result. */
  String name();

  @Override
  void close() throws IOException;
}
