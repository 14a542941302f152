/** How stream threads talk to Kafka: the one package that stands between Kafka Streams and its clients. */
@NullMarked
package io.sluice.streams.clients;

import org.jspecify.annotations.NullMarked;
