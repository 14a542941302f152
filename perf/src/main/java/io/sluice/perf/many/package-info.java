/** Scenarios 23 and 25: many clients, few of whom are hot. */
@NullMarked
package io.sluice.perf.many;

import org.jspecify.annotations.NullMarked;
