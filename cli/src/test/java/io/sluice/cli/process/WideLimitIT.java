package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HotLoad.Admitted;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One limit of all accounts, and one of each address, with processes of every kind: two streams apps and two front
 * ends, of which one each is killed under load, and a batch producer. A thousand accounts ask.
 */
@Tag("long")
final class WideLimitIT {
    private static final int REQUEST_PARTITIONS = 8;
    private static final int REPLY_PARTITIONS = 2;
    private static final long BURST = 100;
    private static final long TOKENS_PER_SECOND = 100;
    private static final long ADDRESS_TRIES = 5;
    private static final int ACCOUNTS = 1_000;
    private static final int ADDRESSES = 20;
    private static final int CALLERS = 12;
    private static final int AHEAD = 20;
    /** Front ends take tokens of the bucket ahead. */
    private static final long LEASE_MILLIS = 10_000;

    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"all\",\"scope\":\"global\",\"match\":{\"path\":\"/partner\"},"
            + "\"rate\":{\"tokens\":" + TOKENS_PER_SECOND + ",\"per\":\"1s\"},\"burst\":" + BURST + "},"
            + "{\"id\":\"address\",\"scope\":[\"global\",\"attribute:ip\"],\"match\":{\"path\":\"/login\"},"
            + "\"rate\":{\"tokens\":1,\"per\":\"24h\"},\"burst\":" + ADDRESS_TRIES + "}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final Queue<Admitted> admitted = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    /** The producer asks as often as callers get answers: what nobody can decide in time would only wait. */
    private final Semaphore turns = new Semaphore(AHEAD);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void shouldKeepTheBoundAndUseIt_whenProcessesAreKilled() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        List<Thread> load = new ArrayList<>();
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers());
                SluiceProcess steady = streamsApp("steady");
                SluiceProcess frontEnd = frontEnd();
                SluiceProcess victimFrontEnd = frontEnd()) {
            writer.broadcast(
                    TestKeys.RULES.sign(
                            SignedKind.RULES,
                            ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "a test"))),
                    REQUEST_PARTITIONS);
            steady.awaitStreamsApp();
            List<String> urls = List.of(
                    frontEnd.awaitRequestApi().httpUrl(),
                    victimFrontEnd.awaitRequestApi().httpUrl());
            urls.forEach(url -> Awaitility.await().atMost(WITHIN).until(() -> HotLoad.isAnswered(url, "probe")));
            try (SluiceProcess victim = streamsApp("victim")) {
                victim.awaitStreamsApp();
                for (int caller = 0; caller < CALLERS; caller++) {
                    load.add(started(urls.get(caller % urls.size()), urls.get(0), caller));
                }
                load.add(producer(writer));
                awaitAnswers(2_000);

                // When one of each is killed
                victim.kill();
                awaitAnswers(1_000);
                victimFrontEnd.kill();
                awaitAnswers(2_000);
            }
            // When an app comes back
            try (SluiceProcess returned = streamsApp("victim")) {
                returned.awaitStreamsApp();
                awaitAnswers(2_000);
                stopped.set(true);
                turns.release();
                for (Thread thread : load) {
                    thread.join(WITHIN.toMillis());
                }
                Awaitility.await()
                        .atMost(WITHIN)
                        .pollInterval(Duration.ofSeconds(2))
                        .untilAsserted(() -> replay().assertMessages());
                assertThat(returned.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            }
            assertThat(steady.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
        }

        // Then
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        oracle.assertMessages();
        AdmittedWindows.of(List.copyOf(admitted)).assertBound(BURST, TOKENS_PER_SECOND, LEASE_MILLIS);
        for (int address = 0; address < ADDRESSES; address++) {
            String ip = "192.0.2." + address;
            assertThat(DecisionHistory.read(BROKER.bootstrapServers()).decisions().stream()
                            .filter(decision -> decision.details().allowed()
                                    && decision.request().route().path().equals("/login")
                                    && ip.equals(decision.request().attributes().get("ip")))
                            .count())
                    .as("log-ins from %s", ip)
                    .isEqualTo(ADDRESS_TRIES);
        }
    }

    private LogOracle replay() {
        return LogOracle.replay(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
    }

    private void awaitAnswers(long more) {
        long wanted = answered.get() + more;
        Awaitility.await().atMost(WITHIN).until(() -> answered.get() >= wanted);
    }

    /** One caller, who asks for one account after the other; at another front end, once its own is gone. */
    private Thread started(String url, String other, int number) {
        Random random = new Random(number);
        Thread thread = new Thread(() -> {
            String now = url;
            while (!stopped.get()) {
                now = ask(now, random) ? now : other;
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns whether there was an answer. */
    private boolean ask(String url, Random random) {
        boolean login = random.nextInt(4) == 0;
        String body = "{\"clientId\":\"account-" + random.nextInt(ACCOUNTS) + "\",\"route\":{\"path\":\""
                + (login ? "/login" : "/partner") + "\"},\"attributes\":{\"ip\":\"192.0.2."
                + random.nextInt(ADDRESSES) + "\"}" + (login ? ",\"exact\":true}" : "}");
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/admissions"))
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long requestedNanos = System.nanoTime();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            answered.incrementAndGet();
            turns.release();
            if (status == 200 && !login) {
                admitted.add(new Admitted(requestedNanos, System.nanoTime(), /* local= */ false));
            }
            return true;
        } catch (IOException e) {
            // Its front end was killed: there is no answer, whatever was decided.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Somebody who writes requests to the topic, and waits for none. */
    private Thread producer(TopicWriter writer) {
        Random random = new Random(CALLERS);
        Thread thread = new Thread(() -> {
            while (!stopped.get()) {
                turns.acquireUninterruptibly();
                writer.ask(request(random));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static AdmissionRequest request(Random random) {
        try {
            return AdmissionRequest.of("account-" + random.nextInt(ACCOUNTS))
                    .route(new Route("POST", random.nextInt(4) == 0 ? "/login" : "/partner", ""))
                    .attribute("ip", "192.0.2." + random.nextInt(ADDRESSES))
                    .build();
        } catch (WireException e) {
            throw new IllegalStateException("within the contract", e);
        }
    }

    private SluiceProcess streamsApp(String name) throws IOException {
        return SluiceProcess.start(
                environment(),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }

    private SluiceProcess frontEnd() throws IOException {
        return SluiceProcess.start(
                environment(), List.of("request-api", "--http-port=0", "--admin-port=0", "--data-open"));
    }

    private Map<String, String> environment() {
        return SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys"));
    }
}
