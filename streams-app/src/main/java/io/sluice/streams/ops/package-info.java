/** What keeps the app observable and honest: start-up check, probes, metrics, thread replacement. */
@NullMarked
package io.sluice.streams.ops;

import org.jspecify.annotations.NullMarked;
