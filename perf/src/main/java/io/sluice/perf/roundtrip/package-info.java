/** The latency of a verdict beside a bare echo over Kafka. */
@NullMarked
package io.sluice.perf.roundtrip;

import org.jspecify.annotations.NullMarked;
