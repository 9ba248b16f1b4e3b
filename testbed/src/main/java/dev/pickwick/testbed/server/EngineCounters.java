package dev.pickwick.testbed.server;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an engine has counted since its start. Belongs to the engine's lock; a copy to its taker.
 */
final class EngineCounters {

  long promptTokens;
  long generatedTokens;
  long prefixQueries;
  long prefixHits;
  final Map<String, Long> finished;
  final Histogram firstToken;
  final Histogram interToken;
  final Histogram timePerToken;
  final Histogram endToEnd;
  final Histogram queueTime;
  final Histogram inferenceTime;
  final Histogram prefillTime;
  final Histogram decodeTime;
  final Histogram promptSize;
  final Histogram answerSize;
  final Histogram maxTokens;
  final Histogram computedTokens;
  final Histogram iterationTokens;

  EngineCounters() {
    finished = new TreeMap<>();
    firstToken = new Histogram(Histogram.FIRST_TOKEN_SECONDS);
    interToken = new Histogram(Histogram.INTER_TOKEN_SECONDS);
    timePerToken = new Histogram(Histogram.INTER_TOKEN_SECONDS);
    endToEnd = new Histogram(Histogram.REQUEST_SECONDS);
    queueTime = new Histogram(Histogram.REQUEST_SECONDS);
    inferenceTime = new Histogram(Histogram.REQUEST_SECONDS);
    prefillTime = new Histogram(Histogram.REQUEST_SECONDS);
    decodeTime = new Histogram(Histogram.REQUEST_SECONDS);
    promptSize = new Histogram(Histogram.TOKENS);
    answerSize = new Histogram(Histogram.TOKENS);
    maxTokens = new Histogram(Histogram.TOKENS);
    computedTokens = new Histogram(Histogram.TOKENS);
    iterationTokens = new Histogram(Histogram.ITERATION_TOKENS);
  }

  private EngineCounters(EngineCounters other) {
    promptTokens = other.promptTokens;
    generatedTokens = other.generatedTokens;
    prefixQueries = other.prefixQueries;
    prefixHits = other.prefixHits;
    finished = new TreeMap<>(other.finished);
    firstToken = other.firstToken.copy();
    interToken = other.interToken.copy();
    timePerToken = other.timePerToken.copy();
    endToEnd = other.endToEnd.copy();
    queueTime = other.queueTime.copy();
    inferenceTime = other.inferenceTime.copy();
    prefillTime = other.prefillTime.copy();
    decodeTime = other.decodeTime.copy();
    promptSize = other.promptSize.copy();
    answerSize = other.answerSize.copy();
    maxTokens = other.maxTokens.copy();
    computedTokens = other.computedTokens.copy();
    iterationTokens = other.iterationTokens.copy();
  }

  EngineCounters copy() {
    return new EngineCounters(this);
  }
}
