/**
 * Fake model servers: slots, queue, prefill and decode time, KV blocks, adapters, metrics, faults.
 */
@NullMarked
package dev.pickwick.testbed.server;

import org.jspecify.annotations.NullMarked;
