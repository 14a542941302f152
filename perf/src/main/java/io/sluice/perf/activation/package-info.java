/** What a change of rules costs those who ask meanwhile. */
@NullMarked
package io.sluice.perf.activation;

import org.jspecify.annotations.NullMarked;
