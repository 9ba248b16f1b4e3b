package dev.pickwick.scheduler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/** Chance as the test wants it: whole numbers and fractions in the order given. */
public final class ScriptedRandom implements RandomGenerator {

  private final Deque<Integer> integers = new ArrayDeque<>();
  private final Deque<Double> fractions = new ArrayDeque<>();

  public static ScriptedRandom integers(int... numbers) {
    ScriptedRandom random = new ScriptedRandom();
    for (int number : numbers) {
      random.integers.add(number);
    }
    return random;
  }

  public static ScriptedRandom fractions(double... numbers) {
    ScriptedRandom random = new ScriptedRandom();
    for (double number : numbers) {
      random.fractions.add(number);
    }
    return random;
  }

  @Override
  public int nextInt(int bound) {
    int number = integers.remove();
    if (number >= bound) {
      throw new AssertionError("asked for less than " + bound + ", scripted " + number);
    }
    return number;
  }

  @Override
  public double nextDouble() {
    return fractions.remove();
  }

  @Override
  public long nextLong() {
    throw new AssertionError("not scripted");
  }
}
