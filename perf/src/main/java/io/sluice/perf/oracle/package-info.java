/** Whether what was measured was right: the log oracle beside the speed. */
@NullMarked
package io.sluice.perf.oracle;

import org.jspecify.annotations.NullMarked;
