/** Where the time goes: recordings of the measured JVM, and their top frames. */
@NullMarked
package io.sluice.perf.profile;

import org.jspecify.annotations.NullMarked;
