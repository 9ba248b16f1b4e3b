/** The whole picker on real ports, between real or fake gateways and fake model servers. */
@NullMarked
package dev.pickwick.epp.endtoend;

import org.jspecify.annotations.NullMarked;
