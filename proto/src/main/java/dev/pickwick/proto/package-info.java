/** The wire: the ext_proc messages in and out. */
@NullMarked
package dev.pickwick.proto;

import org.jspecify.annotations.NullMarked;
