/** How fast a log is decided again. */
@NullMarked
package io.sluice.perf.replay;

import org.jspecify.annotations.NullMarked;
