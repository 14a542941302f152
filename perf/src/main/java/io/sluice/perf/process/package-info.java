/** The processes that are measured, and measurements of their JVMs from outside. */
@NullMarked
package io.sluice.perf.process;

import org.jspecify.annotations.NullMarked;
