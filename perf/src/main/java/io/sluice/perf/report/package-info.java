/** What was measured, as samples, tables and ratios. */
@NullMarked
package io.sluice.perf.report;

import org.jspecify.annotations.NullMarked;
