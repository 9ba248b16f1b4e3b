package dev.pickwick.benchmarks.flame;

import java.util.Locale;

/**
 * Draws a call tree as SVG: a box per call, as wide as its share of the processor time, standing on
 * its caller. Each box carries its full name and share, which a browser shows under the mouse.
 */
final class FlameGraph {

  private static final int WIDTH = 1200;
  private static final int ROW = 17;
  private static final int TOP = 34;
  private static final int MARGIN = 10;

  /** Narrower boxes cannot be seen. */
  private static final double LEAST_WIDTH = 0.4;

  private static final double CHARACTER_WIDTH = 6.6;
  private static final int LEAST_CHARACTERS = 3;

  private final StringBuilder svg = new StringBuilder();
  private final CallTree tree;
  private final int height;

  private FlameGraph(CallTree tree) {
    this.tree = tree;
    this.height = TOP + (tree.depth() + 1) * ROW + MARGIN;
  }

  /** The picture of a tree with samples. */
  static String svg(String title, CallTree tree) {
    if (tree.nanos() <= 0) {
      throw new IllegalArgumentException(title + ": no samples (expected: some)");
    }
    return new FlameGraph(tree).draw(title);
  }

  private String draw(String title) {
    svg.append(
        String.format(
            Locale.ROOT,
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">
            <style>text{font:11px ui-monospace,monospace;fill:#111;pointer-events:none}
            .title{font:bold 14px sans-serif}rect{stroke:#fff;stroke-width:.5}
            rect:hover{stroke:#000}</style>
            <rect width="100%%" height="100%%" fill="#fff"/>
            <text class="title" x="%d" y="20">%s</text>
            """,
            WIDTH,
            height,
            WIDTH,
            height,
            MARGIN,
            escaped(title)));
    box(tree, MARGIN, WIDTH - 2 * MARGIN, 0);
    return svg.append("</svg>\n").toString();
  }

  private void box(CallTree call, double x, double width, int level) {
    if (width < LEAST_WIDTH) {
      return;
    }
    double y = height - MARGIN - (level + 1) * (double) ROW;
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s: %.2f %%</title>"
                + "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%s</g>%n",
            escaped(call.method()),
            100.0 * call.nanos() / tree.nanos(),
            x,
            y,
            width,
            ROW - 1,
            colour(call.method()),
            label(call.method(), x, y, width)));
    double at = x;
    for (CallTree callee : call.callees()) {
      double part = width * callee.nanos() / call.nanos();
      box(callee, at, part, level + 1);
      at += part;
    }
  }

  private static String label(String method, double x, double y, double width) {
    int fitting = (int) ((width - 4) / CHARACTER_WIDTH);
    if (fitting < LEAST_CHARACTERS) {
      return "";
    }
    String shortened = shortened(method);
    String shown = shortened.substring(0, Math.min(shortened.length(), fitting));
    return String.format(
        Locale.ROOT, "<text x=\"%.1f\" y=\"%.0f\">%s</text>", x + 2, y + 12, escaped(shown));
  }

  /** Class and method without the package. */
  private static String shortened(String method) {
    int dot = method.lastIndexOf('.');
    int before = dot < 0 ? -1 : method.lastIndexOf('.', dot - 1);
    return method.substring(before + 1);
  }

  /** Ours, the transport's, the JDK's. */
  private static String colour(String method) {
    if (method.startsWith("dev.pickwick.")) {
      return "#f2a154";
    }
    if (method.startsWith("io.grpc.")) {
      return "#9fc5e8";
    }
    if (method.startsWith("io.netty.")) {
      return "#b6d7a8";
    }
    return "#dddddd";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
