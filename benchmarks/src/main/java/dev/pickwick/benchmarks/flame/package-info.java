/** Where the picker's processor time goes: stacks sampled under load, drawn and added up. */
@NullMarked
package dev.pickwick.benchmarks.flame;

import org.jspecify.annotations.NullMarked;
