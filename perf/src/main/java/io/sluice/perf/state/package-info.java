/** Scenarios 14 and 15: what state costs while it is idle, and when an app starts. */
@NullMarked
package io.sluice.perf.state;

import org.jspecify.annotations.NullMarked;
