/** What the scenarios share: a cluster, waiting, the streams app. */
@NullMarked
package io.sluice.perf.kafka;

import org.jspecify.annotations.NullMarked;
