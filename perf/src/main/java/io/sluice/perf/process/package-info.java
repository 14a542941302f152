/** The processes that are measured, and what is asked of their JVMs from outside. */
@NullMarked
package io.sluice.perf.process;

import org.jspecify.annotations.NullMarked;
