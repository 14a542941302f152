/** Counts of the answers of this front end, second by second, for the console. */
@NullMarked
package io.sluice.api.traffic;

import org.jspecify.annotations.NullMarked;
