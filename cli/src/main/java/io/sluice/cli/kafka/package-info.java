/** How commands reach a Kafka cluster, and what they ask of it. */
@NullMarked
package io.sluice.cli.kafka;

import org.jspecify.annotations.NullMarked;
