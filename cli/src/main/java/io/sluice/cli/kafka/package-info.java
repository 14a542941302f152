/** Commands about a Kafka cluster, and the options by which commands connect to it. */
@NullMarked
package io.sluice.cli.kafka;

import org.jspecify.annotations.NullMarked;
