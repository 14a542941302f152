/** The streams app: the Kafka Streams topology that holds the buckets and decides every request. */
@NullMarked
package io.sluice.streams;

import org.jspecify.annotations.NullMarked;
