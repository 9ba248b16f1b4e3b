/** Bodies as they arrive: read while passing, changed only where a model is named. */
@NullMarked
package dev.pickwick.epp.body;

import org.jspecify.annotations.NullMarked;
