package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ClusterFailureTest {
    static Stream<Throwable> outages() {
        return Stream.of(
                new StreamsException(new TimeoutException("Topic t not present in metadata after 5000 ms.")),
                new StreamsException(new KafkaException(new DisconnectException("gone"))),
                new StreamsException(new NotEnoughReplicasException("1 of 2")),
                new StreamsException(new CoordinatorNotAvailableException("loading")),
                new StreamsException(new KafkaException("in an error state", new InvalidProducerEpochException("old"))),
                new StreamsException(new IllegalStateException("Cannot attempt operation `beginTransaction` because the"
                        + " previous call to `abortTransaction` timed out and must be retried")),
                new KafkaException(
                        "Failed to construct", new ConfigException("No resolvable bootstrap urls given in x")));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void shouldBeOfTheCluster_whenKafkaIsAway(Throwable failure) {
        assertThat(ClusterFailure.isBehind(failure)).isTrue();
        assertThat(ClusterFailure.lineOf(failure)).doesNotContain("\n").doesNotStartWith("StreamsException");
    }

    static Stream<Throwable> others() {
        return Stream.of(
                new StreamsException(new NullPointerException("a defect")),
                new StreamsException(new IllegalStateException("a defect")),
                new ProcessorStateException("the disk is full"),
                new StreamsException(new ProducerFencedException("two apps on one state directory")),
                new StreamsException(new TopicAuthorizationException("sluice.requests.v1")),
                new MissingSourceTopicException("somebody deleted it"),
                new OutOfMemoryError("heap"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void shouldBeOfTheApp_whenNoOutageExplainsIt(Throwable failure) {
        assertThat(ClusterFailure.isBehind(failure)).isFalse();
    }
}
