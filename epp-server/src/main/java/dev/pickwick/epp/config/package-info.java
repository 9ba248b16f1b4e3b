/** The EndpointPickerConfig document: read strictly, all its problems told at once. */
@NullMarked
package dev.pickwick.epp.config;

import org.jspecify.annotations.NullMarked;
