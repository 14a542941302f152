package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.streams.store.StoreFixture;
import io.sluice.streams.topology.MessageAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that are not written when a transaction ends are in the state, and nothing else is. */
final class UnwrittenMessagesTest {
    private static final int FROM = 2;

    private final StoreFixture fixture =
            new StoreFixture(/* cachedEntriesMax= */ 64, /* unwrittenEntriesMax= */ 32, Runnable::run);
    /** The last sequence that is written, by the partition that it is for. */
    private final Map<Integer, Long> written = new HashMap<>();

    private final UnwrittenMessages unwritten = opened();

    private UnwrittenMessages opened() {
        UnwrittenMessages opened = new UnwrittenMessages(
                FROM, fixture.state(), (from, to, sequence) -> written.getOrDefault(to, -1L) >= sequence);
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
        assertThat(again(opened())).isEmpty();
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
        UnwrittenMessages next = opened();

        // Then
        List<String> expected = new ArrayList<>();
        for (long sequence = 1; sequence <= 300; sequence++) {
            expected.add("0: account message " + sequence);
        }
        for (long sequence = 201; sequence <= 300; sequence++) {
            expected.add("1: account message " + sequence);
        }
        assertThat(again(next)).isEqualTo(expected);
        assertThat(again(next)).isEmpty();
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
        assertThat(again(opened())).containsExactly("0: account message 3");
    }

    @Test
    void shouldKeepMessagesOfNoAccount_whenTheyAreStored() {
        // Given
        unwritten.sent(new MessageAddress(0, null, 4), new byte[] {1, 2});

        // When
        fixture.commit();

        // Then
        opened().sendAgain((address, value) -> {
            assertThat(address.key()).isNull();
            assertThat(address.sequence()).isEqualTo(4);
            assertThat(value).containsExactly(1, 2);
        });
    }

    private void send(int to, long sequence) {
        unwritten.sent(
                new MessageAddress(to, "account".getBytes(StandardCharsets.UTF_8), sequence),
                ("message " + sequence).getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> again(UnwrittenMessages next) {
        List<String> sent = new ArrayList<>();
        next.sendAgain((address, value) -> sent.add(address.partition() + ": "
                + new String(address.key(), StandardCharsets.UTF_8) + " " + new String(value, StandardCharsets.UTF_8)));
        return sent;
    }
}
