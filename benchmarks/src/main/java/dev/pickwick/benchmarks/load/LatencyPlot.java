package dev.pickwick.benchmarks.load;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Times by percentile as SVG: from left to right 0, 90, 99, 99.9 … percent of the exchanges at
 * equal distances, upwards the time on a logarithmic scale.
 */
final class LatencyPlot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 80;
  private static final int RIGHT = 20;
  private static final int TOP = 50;
  private static final int BOTTOM = 60;
  private static final int STEPS = 200;

  /** 10^-4 of the exchanges are right of the picture. */
  private static final int DECADES = 4;

  private static final double NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final StringBuilder svg = new StringBuilder();
  private final double lowest;
  private final double highest;

  private LatencyPlot(LoadFigures figures) {
    double least = Math.min(millis(figures.decisionNanos(), 0), millis(figures.wholeNanos(), 0));
    double most = Math.max(millis(figures.decisionNanos(), 100), millis(figures.wholeNanos(), 100));
    lowest = Math.floor(Math.log10(Math.max(least, 1e-3)));
    highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(most, 1e-3))));
  }

  /** The picture of both times of a load. */
  static String svg(LoadFigures figures) {
    return new LatencyPlot(figures).draw(figures);
  }

  private String draw(LoadFigures figures) {
    add(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                + "<text x=\"%d\" y=\"24\" font-size=\"15\" font-weight=\"bold\">"
                + "Time by share of exchanges, %.0f/s</text>%n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT,
            LEFT,
            figures.perSecond()));
    for (int decade = (int) lowest; decade <= highest; decade++) {
      double y = y(Math.pow(10, decade));
      add(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s ms</text>%n",
              LEFT,
              y,
              WIDTH - RIGHT,
              y,
              LEFT - 6,
              y + 4,
              label(decade)));
    }
    for (int nines = 0; nines <= DECADES; nines++) {
      double share = 1 - Math.pow(10, -nines);
      double x = x(share);
      add(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>"
                  + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s %%</text>%n",
              x,
              TOP,
              x,
              HEIGHT - BOTTOM,
              x,
              HEIGHT - BOTTOM + 18,
              percent(share)));
    }
    add(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">share of exchanges that took no longer"
                + "</text>%n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 16));
    line(figures.decisionNanos(), "#d95f02", "last body byte to destination", 0);
    line(figures.wholeNanos(), "#1b6ca8", "whole exchange", 1);
    return svg.append("</svg>\n").toString();
  }

  private void line(Histogram times, String colour, String name, int row) {
    add(
        String.format(
            Locale.ROOT,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
            colour));
    for (int i = 0; i <= STEPS; i++) {
      double share = 1 - Math.pow(10, -DECADES * (double) i / STEPS);
      add(String.format(Locale.ROOT, "%.1f,%.1f ", x(share), y(millis(times, 100 * share))));
    }
    add(
        String.format(
            Locale.ROOT,
            "\"/>%n<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>",
            LEFT + 8,
            TOP + 10 + 18 * row,
            colour));
    add(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">%s</text>%n",
            LEFT + 26,
            TOP + 16 + 18 * row,
            name));
  }

  private static double x(double share) {
    double nines = share >= 1 ? DECADES : Math.min(DECADES, -Math.log10(1 - share));
    return LEFT + nines / DECADES * (WIDTH - LEFT - RIGHT);
  }

  private double y(double millis) {
    double place = (Math.log10(Math.max(millis, 1e-3)) - lowest) / (highest - lowest);
    return HEIGHT - BOTTOM - Math.clamp(place, 0, 1) * (HEIGHT - TOP - BOTTOM);
  }

  private static String label(int decade) {
    return decade >= 0
        ? String.format(Locale.ROOT, "%.0f", Math.pow(10, decade))
        : String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.991 ? "%.0f" : "%.2f", 100 * share);
  }

  private static double millis(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS;
  }

  private void add(String text) {
    svg.append(text);
  }
}
