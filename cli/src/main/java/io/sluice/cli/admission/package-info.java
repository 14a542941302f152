/** Requests to the data port. */
@NullMarked
package io.sluice.cli.admission;

import org.jspecify.annotations.NullMarked;
