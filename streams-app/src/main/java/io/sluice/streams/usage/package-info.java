/** The usage roll-ups: a Kafka Streams application of its own that adds up decisions. */
@NullMarked
package io.sluice.streams.usage;

import org.jspecify.annotations.NullMarked;
