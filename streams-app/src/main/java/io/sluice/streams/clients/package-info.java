/** The Kafka clients of stream threads: producers of transactions and replies, and the send queue. */
@NullMarked
package io.sluice.streams.clients;

import org.jspecify.annotations.NullMarked;
