/** How long it takes to look up recent decisions. */
@NullMarked
package io.sluice.perf.decisions;

import org.jspecify.annotations.NullMarked;
