/** The streams app: the Kafka Streams topology that holds the buckets and judges every request. */
@NullMarked
package io.sluice.streams;

import org.jspecify.annotations.NullMarked;
