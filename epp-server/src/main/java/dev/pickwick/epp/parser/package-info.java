/** What a request must look like, one class per API family. */
@NullMarked
package dev.pickwick.epp.parser;

import org.jspecify.annotations.NullMarked;
