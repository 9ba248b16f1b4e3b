package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointListener;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointSubscription;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.RequestObserver;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Says how much of a prompt each candidate is believed to have in its prefix cache, judged by what
 * was sent there; {@code approx-prefix-cache-producer}.
 */
public final class ApproximatePrefixProducer
    implements DataProducer, RequestObserver, AutoCloseable {
  /**
   * Bytes of heap an entry of the index takes at worst, when all arrays have just grown or not yet
   * shrunk and each entry is a prompt of its own: 32 in its endpoint's ring, 8 / 0.35 in the table
   * of blocks and 16 / 0.35 in that of first blocks. Long prompts take about half of it at worst.
   */
  static final int BYTES_PER_ENTRY = 101;

  /** One part in so many of the heap is what the index may fill. */
  private static final int SHARE_OF_HEAP = 4;

  private static final int MOST_ENTRIES = 1 << 23;
  private static final int GROUP_SHIFT = Integer.numberOfTrailingZeros(PrefixIndex.GROUP);
  private static final long BLOCK_SIZE_REFRESH_NANOS = 1_000_000_000;

  private final PrefixParameters parameters;
  private final LongSupplier nanos;
  private final PrefixIndex index;
  private final EndpointSubscription subscription;
  private volatile Hashing hashing;

  ApproximatePrefixProducer(PrefixParameters parameters, PluginContext context) {
    this.parameters = parameters;
    this.nanos = context.nanos();
    this.index = new PrefixIndex(mostEntries(Runtime.getRuntime().maxMemory()), context.random());
    this.hashing = hashing(context.endpoints().snapshot());
    this.subscription = context.endpoints().onChange(new Departures());
  }

  /** Pairs of endpoint and block in the index. */
  public int indexedBlocks() {
    return index.size();
  }

  @Override
  public PromptHashing promptHashing(EndpointSnapshot endpoints) {
    Hashing current = hashing;
    if (current.endpoints != endpoints
        || nanos.getAsLong() - current.atNanos > BLOCK_SIZE_REFRESH_NANOS) {
      current = hashing(endpoints);
      hashing = current;
    }
    return current.hashing;
  }

  @Override
  public void produce(InferenceRequest request, Candidates candidates) {
    PromptChain chain = request.prompt();
    candidates.setPrefixTotal(chain.length());
    if (chain.length() == 0) {
      return;
    }
    int guess = 0;
    int size = candidates.size();
    for (int from = 0, to; from < size; from = to) {
      int group = candidates.number(from) >>> GROUP_SHIFT;
      to = endOfGroup(candidates, from, group);
      long mayHold = index.mayHold(chain, group);
      for (int i = from; mayHold != 0 && i < to; i++) {
        // A shift counts by its lowest six bits, which is the place within the group.
        if ((mayHold >>> candidates.number(i) & 1) == 0) {
          continue;
        }
        int depth = index.depth(candidates.endpoint(i), chain, guess);
        if (depth > 0) {
          candidates.setPrefixBlocks(i, depth);
          guess = depth;
        }
      }
    }
  }

  /** Where the candidates of a group end; their numbers ascend, so a full group takes one look. */
  private static int endOfGroup(Candidates candidates, int from, int group) {
    int end = Math.min(from + PrefixIndex.GROUP, candidates.size());
    while (candidates.number(end - 1) >>> GROUP_SHIFT != group) {
      end--;
    }
    return end;
  }

  @Override
  public void picked(InferenceRequest request, Endpoint endpoint) {
    index.record(endpoint, request.prompt(), parameters.capacity(endpoint.metrics().blockCount()));
  }

  /** Stops listening to the pool. */
  @Override
  public void close() {
    subscription.close();
  }

  static int mostEntries(long heapBytes) {
    return Math.clamp(heapBytes / SHARE_OF_HEAP / BYTES_PER_ENTRY, 1024, MOST_ENTRIES);
  }

  private Hashing hashing(EndpointSnapshot endpoints) {
    return new Hashing(
        endpoints, nanos.getAsLong(), parameters.hashing(commonBlockSize(endpoints)));
  }

  /**
   * The block size most endpoints report, in tokens; the smallest of several equally common ones; 0
   * when none reports any. For example 16, 32, 16 is 16.
   */
  static int commonBlockSize(EndpointSnapshot endpoints) {
    int[] sizes = new int[endpoints.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = endpoints.get(i).metrics().blockSizeTokens();
    }
    Arrays.sort(sizes);
    int common = 0;
    int commonCount = 0;
    int count = 0;
    for (int i = 0; i < sizes.length; i++) {
      count = i > 0 && sizes[i] == sizes[i - 1] ? count + 1 : 1;
      if (sizes[i] > 0 && count > commonCount) {
        common = sizes[i];
        commonCount = count;
      }
    }
    return common;
  }

  /** What was found for one membership at one time. */
  private record Hashing(EndpointSnapshot endpoints, long atNanos, PromptHashing hashing) {}

  /** Lets go of what a departed endpoint held. */
  private final class Departures implements EndpointListener {
    @Override
    public void added(Endpoint endpoint) {}

    @Override
    public void removed(Endpoint endpoint) {
      index.forget(endpoint);
    }
  }

  /** Makes the producer. */
  public static final class Factory implements PluginFactory {
    @Override
    public String type() {
      return "approx-prefix-cache-producer";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new ApproximatePrefixProducer(PrefixParameters.read(parameters), context);
    }
  }
}
