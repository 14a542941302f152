/** How commands reach a Kafka cluster, and what they do there. */
@NullMarked
package io.sluice.cli.kafka;

import org.jspecify.annotations.NullMarked;
