/**
 * Everything the process serves beside picks: certificates, health, the metrics page, log lines.
 */
@NullMarked
package dev.pickwick.epp.serving;

import org.jspecify.annotations.NullMarked;
