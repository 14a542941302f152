/** The resources of the data port. */
@NullMarked
package io.sluice.api.admission;

import org.jspecify.annotations.NullMarked;
