package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.Answer;
import io.sluice.client.ClientConfig;
import io.sluice.client.FailurePolicy;
import io.sluice.client.KafkaAdmissions;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A streams app that is killed and comes back without its state: its partitions come back to it when it has caught up,
 * and nobody notices; then the other one can be stopped, since it says that it may.
 */
@Tag("long")
final class ReturningAppIT {
    private static final int REQUEST_PARTITIONS = 4;
    private static final int REPLY_PARTITIONS = 2;
    private static final int BACKLOG = 20_000;
    private static final long TICK_MILLIS = 50;
    private static final long SEED = 20_261_201L;
    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** Much less than any way to take over a partition that has to be restored, on a machine that others use. */
    private static final long NOTICED_MILLIS = 4_000;

    private static final TrafficShape MANY_CLIENTS = new TrafficShape(
            /* accounts= */ 100,
            /* clientsPerAccount= */ 100,
            /* costMax= */ 4,
            REPLY_PARTITIONS,
            /* keyedPercent= */ 0);
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1000}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final AtomicLong slowestMillis = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();

    @Test
    void shouldNotBeNoticed_whenAnAppComesBackAndTheOtherIsStopped() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        RequestGenerator requests = new RequestGenerator(SEED, MANY_CLIENTS);
        prepare(requests);
        try (SluiceProcess steady = streamsApp("steady");
                SluiceProcess victim = streamsApp("victim")) {
            awaitStandbys(steady.awaitStreamsApp());
            awaitStandbys(victim.awaitStreamsApp());
            victim.kill();
            delete(directory.resolve("victim"));
            ClientConfig config = new ClientConfig(
                    Map.of("bootstrap.servers", BROKER.bootstrapServers()),
                    0,
                    100_000,
                    FailurePolicy.ERROR,
                    Duration.ofMillis(500));
            ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
            try (KafkaAdmissions admissions = KafkaAdmissions.connect(config, new SimpleMeterRegistry())) {
                Awaitility.await()
                        .atMost(WITHIN)
                        .until(() -> admissions.readiness().ready());
                ticks.scheduleAtFixedRate(() -> ask(admissions, requests), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);

                // When
                try (SluiceProcess returned = streamsApp("victim")) {
                    String adminUrl = returned.awaitStreamsApp();
                    awaitStandbys(adminUrl);
                    returned.awaitLine(
                            Pattern.compile("streams app has partitions \\[\\d.*taken over: \\[\\d"), WITHIN);

                    // Then
                    assertThat(slowestMillis).as("slowest answer in ms").hasValueLessThan(NOTICED_MILLIS);
                    assertThat(unanswered).hasValue(0);

                    // When
                    awaitStandbys(adminUrl);
                    assertThat(steady.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
                    Awaitility.await()
                            .atMost(WITHIN)
                            .until(() -> admissions.readiness().ready());

                    // Then
                    assertThat(slowestMillis).as("slowest answer in ms").hasValueLessThan(NOTICED_MILLIS);
                    ticks.shutdown();
                    assertThat(ticks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                    // What nobody has read when the last app stops is decided by nobody.
                    Awaitility.await().atMost(WITHIN).until(() -> waiting.get() == 0);
                    // What is decided and not committed yet is committed by that; killed, it would be decided again by
                    // nobody.
                    assertThat(returned.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
                }
            } finally {
                ticks.shutdownNow();
            }
        }
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(BACKLOG);
    }

    private void ask(KafkaAdmissions admissions, RequestGenerator requests) {
        long startedNanos = System.nanoTime();
        waiting.incrementAndGet();
        admissions.admit(requests.next(), /* deadlineMillis= */ 30_000).thenAccept(answer -> {
            waiting.decrementAndGet();
            if (!(answer instanceof Answer.Answered)) {
                unanswered.incrementAndGet();
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            slowestMillis.accumulateAndGet(millis, Math::max);
        });
    }

    private static void prepare(RequestGenerator requests) {
        String payload = ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "a return"));
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(TestKeys.RULES.sign(SignedKind.RULES, payload), REQUEST_PARTITIONS);
            for (int i = 0; i < BACKLOG; i++) {
                RequestRecord request = requests.nextRecord();
                writer.askLater(request);
            }
        }
    }

    private static void awaitStandbys(String adminUrl) {
        HttpCaller caller = new HttpCaller();
        Awaitility.await()
                .atMost(WITHIN)
                .until(() -> caller.get(adminUrl + "/readyz?standbys").status() == 200);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private SluiceProcess streamsApp(String name) throws IOException {
        Map<String, String> environment =
                new HashMap<>(SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")));
        environment.put("SLUICE_LOG_LEVEL", "INFO");
        return SluiceProcess.start(
                environment,
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }
}
