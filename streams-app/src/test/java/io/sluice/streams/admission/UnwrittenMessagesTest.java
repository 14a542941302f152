package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.streams.store.StoreFixture;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.WrittenMessages;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that are not written when a transaction ends are in the state, and nothing else is. */
final class UnwrittenMessagesTest {
    private static final int FROM = 2;
    /** Of messages with this many characters, two are with the producer at a time. */
    private static final long TWO_MESSAGES = 26;

    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 64, /* unwrittenEntriesMax= */ 32, Runnable::run);
    /** The last sequence that is written, by the partition that it is for. */
    private final Map<Integer, Long> written = new HashMap<>();

    private final Map<Integer, WrittenMessages.Waiting> waiting = new HashMap<>();
    private UnwrittenMessages unwritten = opened();

    private final class Progress implements WrittenMessages {
        @Override
        public boolean isWritten(int from, int to, long sequence) {
            return written.getOrDefault(to, -1L) >= sequence;
        }

        @Override
        public void waiting(int from, Map<Integer, Waiting> byDestination) {
            waiting.clear();
            waiting.putAll(byDestination);
        }

        @Override
        public long aheadBytesMax() {
            return TWO_MESSAGES;
        }
    }

    private UnwrittenMessages opened() {
        UnwrittenMessages opened = new UnwrittenMessages(FROM, fixture.state(), new Progress());
        fixture.beforeCommit(opened::save);
        return opened;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldStoreNothing_whenAllIsWrittenBeforeTheCommit() {
        // Given
        send(0, 1);
        send(1, 2);
        written.putAll(Map.of(0, 1L, 1, 2L));

        // When
        fixture.commit();

        // Then
        assertThat(unwritten.size()).isZero();
        unwritten = opened();
        assertThat(unwritten.size()).isZero();
        assertThat(again()).isEmpty();
    }

    @Test
    void shouldSendAgainInTheirOrder_whenTheNextAppHasTheState() {
        // Given one partition that takes messages, and one that does not
        for (long sequence = 1; sequence <= 300; sequence++) {
            send(0, sequence);
            send(1, sequence);
        }
        written.put(1, 200L);

        // When
        fixture.commit();
        unwritten = opened();
        assertThat(unwritten.size()).isEqualTo(400);
        assertThat(waiting.get(0)).isEqualTo(new WrittenMessages.Waiting(300, 0));

        // Then a few are sent at a time
        List<String> expected = new ArrayList<>();
        for (long sequence = 1; sequence <= 300; sequence++) {
            expected.add("0: account " + payload(sequence));
        }
        List<String> sent = again();
        assertThat(sent)
                .containsExactly(
                        "0: account " + payload(1),
                        "0: account " + payload(2),
                        "1: account " + payload(201),
                        "1: account " + payload(202));
        assertThat(again()).isEmpty();
        List<String> sentTo0 = new ArrayList<>(sent.subList(0, 2));
        for (long sequence = 1; sequence <= 300; sequence++) {
            written.put(0, sequence);
            sentTo0.addAll(again());
            if (sequence % 100 == 0) {
                fixture.commit();
            }
        }
        assertThat(sentTo0).isEqualTo(expected);
        assertThat(waiting).containsOnlyKeys(1);
        written.put(1, 300L);
        assertThat(again()).isEmpty();
        assertThat(unwritten.size()).isZero();
        fixture.commit();
        assertThat(opened().size()).isZero();
    }

    @Test
    void shouldKeepTheOrder_whenNewOnesFollowThoseThatWait() {
        // Given three that nobody has written, two of which are under way
        for (long sequence = 1; sequence <= 3; sequence++) {
            send(0, sequence);
        }
        fixture.commit();
        unwritten = opened();
        assertThat(again()).hasSize(2);

        // When one more comes, and one to another partition
        assertThat(unwritten.holdsBack(address(0, 4), payload(4))).isTrue();
        assertThat(unwritten.holdsBack(address(1, 4), payload(4))).isFalse();

        // Then it waits for its turn, also for the next app
        assertThat(waiting.get(0))
                .isEqualTo(new WrittenMessages.Waiting(2, payload(4).length()));
        fixture.commit();
        written.put(0, 1L);
        assertThat(again()).containsExactly("0: account " + payload(3));
        unwritten = opened();
        written.put(0, 3L);
        assertThat(again()).containsExactly("0: account " + payload(4));
        assertThat(waiting).isEmpty();
        assertThat(unwritten.holdsBack(address(0, 5), payload(5))).isFalse();
    }

    @Test
    void shouldForgetWhatWasStored_whenItIsWrittenLater() {
        // Given
        send(0, 1);
        send(0, 2);
        fixture.commit();
        send(0, 3);
        fixture.commit();

        // When
        written.put(0, 2L);
        fixture.commit();

        // Then
        assertThat(unwritten.size()).isEqualTo(1);
        unwritten = opened();
        assertThat(again()).containsExactly("0: account " + payload(3));
    }

    @Test
    void shouldKeepMessagesOfNoAccount_whenTheyAreStored() {
        // Given
        unwritten.sent(new MessageAddress(0, null, 4), "{}");

        // When
        fixture.commit();

        // Then
        List<MessageAddress> addresses = new ArrayList<>();
        opened().sendWaiting((address, payload) -> addresses.add(address));
        assertThat(addresses).singleElement().satisfies(address -> {
            assertThat(address.key()).isNull();
            assertThat(address.sequence()).isEqualTo(4);
        });
    }

    @Test
    void shouldProveWhatIsStoredByTheKeyOfToday_whenKeysWereExchanged() {
        // Given a message of an app with the old key, which no partition has taken
        send(0, 1);
        fixture.commit();

        // When an app with the new one has the state
        MessageKey newKey = MessageKey.of(TestKeys.UNAUTHENTICATED, OracleConfig.PLACE);
        MockProcessorContext<Object, byte[]> context = context();
        output(newKey, context).sendMessagesAgain();

        // Then
        assertThat(context.forwarded()).singleElement().satisfies(sent -> {
            ControlRecord message = message(sent.record().value());
            assertThat(message.payload()).isEqualTo(payload(1));
            assertThat(newKey.verify(message)).isTrue();
        });
    }

    @Test
    void shouldLeaveWhatIsStored_whenTheAppHasNoKey() {
        // Given
        send(0, 1);
        fixture.commit();

        // When
        MockProcessorContext<Object, byte[]> context = context();
        output(/* key= */ null, context).sendMessagesAgain();

        // Then the next app with a key sends it
        assertThat(context.forwarded()).isEmpty();
        fixture.commit();
        output(MessageKey.of(TestKeys.RULES, OracleConfig.PLACE), context).sendMessagesAgain();
        assertThat(context.forwarded()).hasSize(1);
    }

    private static MockProcessorContext<Object, byte[]> context() {
        return new MockProcessorContext<>(new Properties(), new TaskId(0, FROM), null);
    }

    private Output output(MessageKey key, MockProcessorContext<Object, byte[]> context) {
        AdmissionConfig config = new AdmissionConfig(
                4, 1, TestKeys.TRUSTED, Duration.ofSeconds(1), 100, 100, (partition, reason) -> {}, key);
        return new Output(
                config,
                new Ledger(new InMemoryLedgerStore(), RulesetTimeline.empty()),
                new Output.Ways(context, opened()),
                new AdmissionMetrics(new SimpleMeterRegistry()),
                new RecordTrace(OpenTelemetry.noop()));
    }

    private static ControlRecord message(byte[] value) {
        DecodedRequest decoded = new RequestReader(0, 4, 1).read(null, value);
        return (ControlRecord) ((DecodedRequest.WellFormed) decoded).record().request();
    }

    private static MessageAddress address(int to, long sequence) {
        return new MessageAddress(to, "account".getBytes(StandardCharsets.UTF_8), sequence);
    }

    private static String payload(long sequence) {
        return "message %05d".formatted(sequence);
    }

    private void send(int to, long sequence) {
        unwritten.sent(address(to, sequence), payload(sequence));
    }

    private List<String> again() {
        List<String> sent = new ArrayList<>();
        unwritten.sendWaiting((address, payload) -> sent.add(
                address.partition() + ": " + new String(address.key(), StandardCharsets.UTF_8) + " " + payload));
        return sent;
    }
}
