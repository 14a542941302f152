package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ledger.WideLedger;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.WideTarget;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of requests that are on their way between partitions in a log. */
final class OwnersAtHandTest {
    private static final int PARTITIONS = 3;

    private final Ledger[] ledgers = new Ledger[PARTITIONS];

    private OwnersAtHand owners(int onRoadMax) {
        OwnersAtHand owners = new OwnersAtHand(onRoadMax);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            InMemoryLedgerStore store = new InMemoryLedgerStore();
            ledgers[partition] = new Ledger(store, RulesetTimeline.empty());
            owners.add(partition, ledgers[partition], new WideLedger(partition, ledgers[partition], store));
        }
        owners.begin();
        return owners;
    }

    /** A retry behind the first request with its key. */
    private static TravellingRequest retry(int from, long offset, int to, int visits) {
        List<WideTarget> targets = List.of(new WideTarget("one", "", 0), new WideTarget("two", "", 0))
                .subList(2 - visits, 2);
        return new TravellingRequest(
                from, offset, to, 1, 0, /* follows= */ true, "acme", "{}", targets, List.of(), /* wish= */ 0);
    }

    @Test
    void shouldForgetItsWay_whenARetryIsHomeThatPassedTwoOwners() {
        // Given
        OwnersAtHand owners = owners(10);
        ledgers[1].advance(1, 20);
        owners.passed(retry(0, 5, 1, 2));
        ledgers[2].advance(1, 30);
        owners.passed(retry(1, 20, 2, 1));

        // When
        owners.arriving(retry(2, 30, 0, 0));
        owners.arrived(1);

        // Then
        assertThat(owners.onRoad()).isZero();
        assertThat(owners.takeForgotten()).isZero();
    }

    @Test
    void shouldForgetItsWay_whenItIsRefused() {
        // Given
        OwnersAtHand owners = owners(10);
        ledgers[1].advance(1, 20);
        owners.passed(retry(0, 5, 1, 2));

        // When
        owners.dropped(retry(1, 20, 2, 1), 1);

        // Then
        assertThat(owners.onRoad()).isZero();
    }

    @Test
    void shouldCountWhatItForgets_whenTooManyAreOnTheirWay() {
        // Given
        OwnersAtHand owners = owners(1);
        ledgers[1].advance(1, 20);
        owners.passed(retry(0, 5, 1, 2));
        ledgers[1].advance(1, 21);

        // When
        owners.passed(retry(0, 6, 1, 2));

        // Then
        assertThat(owners.onRoad()).isEqualTo(1);
        assertThat(owners.takeForgotten()).isEqualTo(1);
        assertThat(owners.takeForgotten()).isZero();
    }
}
