package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many records a clean-up writes about wide leases that are over. */
final class WideLeaseEndsTest {
    private static final long NOW = 1_000_000;

    private final WideLeaseEnds ends = new WideLeaseEnds();

    @Test
    void shouldWriteOneRecord_whenRoundsFindTheSameLeaseBeforeItIsDecided() {
        // When
        List<String> first = round(NOW, "acme", "acme", "globex");
        List<String> second = round(NOW + 1_000, "acme", "globex");
        List<String> third = round(NOW + WideLeaseEnds.AGAIN_AFTER_MILLIS - 1, "acme");

        // Then
        assertThat(first).containsExactlyInAnyOrder("acme", "globex");
        assertThat(second).isEmpty();
        assertThat(third).isEmpty();
    }

    @Test
    void shouldWriteAnother_whenTheLeaseIsStillThereAfterAMinute() {
        // Given
        round(NOW, "acme");

        // When
        List<String> later = round(NOW + WideLeaseEnds.AGAIN_AFTER_MILLIS, "acme");

        // Then
        assertThat(later).containsExactly("acme");
    }

    @Test
    void shouldWriteAnother_whenTheClockOfTheAppIsSetBack() {
        // Given
        round(NOW, "acme");

        // When
        List<String> back = round(NOW - 3_600_000, "acme");

        // Then
        assertThat(back).containsExactly("acme");
    }

    @Test
    void shouldLeaveTheRestToLaterRounds_whenManyAreOver() {
        // Given
        String[] accounts = new String[250];
        for (int i = 0; i < accounts.length; i++) {
            accounts[i] = "account-" + i;
        }

        // When
        List<List<String>> rounds = List.of(round(NOW, accounts), round(NOW, accounts), round(NOW, accounts));

        // Then
        assertThat(rounds).extracting(List::size).containsExactly(100, 100, 50);
        assertThat(rounds.stream().flatMap(List::stream).distinct()).hasSize(accounts.length);
    }

    private List<String> round(long wallMillis, String... accounts) {
        List<String> written = new ArrayList<>();
        ends.begin(wallMillis);
        for (int i = 0; i < accounts.length; i++) {
            ends.found(new HoldKey(accounts[i], HoldKind.LEASE, i), accounts[i] + "/client");
        }
        ends.write(new StateSweep.Expiries() {
            @Override
            public void end(String account) {
                throw new AssertionError(account);
            }

            @Override
            public void endByRecord(HoldKey lease, String clientId) {
                written.add(lease.account());
            }
        });
        return written;
    }
}
