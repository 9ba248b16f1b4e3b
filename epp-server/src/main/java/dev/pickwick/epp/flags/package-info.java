/** The command line: the reference's flags under their own names, parsed the way it parses them. */
@NullMarked
package dev.pickwick.epp.flags;

import org.jspecify.annotations.NullMarked;
