/** A seeded simulation of a whole cluster on virtual time, in one thread: the real code over a modelled Kafka. */
package io.sluice.cli.simulation;
