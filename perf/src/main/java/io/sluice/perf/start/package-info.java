/** Scenario 26: how soon a process is ready, and how soon it is as fast as it will be. */
@NullMarked
package io.sluice.perf.start;

import org.jspecify.annotations.NullMarked;
