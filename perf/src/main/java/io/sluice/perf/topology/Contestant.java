package io.sluice.perf.topology;

import io.sluice.perf.kafka.PerfCluster;

/**
 * A topology over the request topic.
 *
 * @param row what it is called in the tables
 * @param outputTopic gets one record for each request
 */
record Contestant(String row, String outputTopic, Starter starter) {

    /** Starts the topology under a new application ID; it reads from the beginning. */
    @FunctionalInterface
    interface Starter {
        AutoCloseable start(PerfCluster cluster, String applicationId) throws Exception;
    }
}
