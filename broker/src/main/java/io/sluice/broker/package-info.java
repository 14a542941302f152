/** The embedded KRaft broker: the one place that touches Kafka's server classes. */
@NullMarked
package io.sluice.broker;

import org.jspecify.annotations.NullMarked;
