/** What spans cost those who ask for none, and those who ask for some. */
@NullMarked
package io.sluice.perf.traces;

import org.jspecify.annotations.NullMarked;
