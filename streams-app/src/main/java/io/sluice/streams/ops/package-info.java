/** Operation of the app: start-up check, probes, metrics, and replacement of dead threads. */
@NullMarked
package io.sluice.streams.ops;

import org.jspecify.annotations.NullMarked;
