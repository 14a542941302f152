package io.sluice.streams.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who decides what, when members come and go. */
final class CaughtUpTaskAssignorTest {
    private static final int TASKS = 6;
    private static final long SEED = 20_261_129L;

    private final SimulatedGroup group = new SimulatedGroup(TASKS);

    @Test
    void shouldDealOutEvenly_whenEverybodyIsNew() {
        // Given
        group.join("a", "b", "c");

        // When
        boolean finished = group.rebalance();

        // Then
        assertThat(finished).isTrue();
        assertThat(List.of(group.active("a"), group.active("b"), group.active("c")))
                .allSatisfy(tasks -> assertThat(tasks).hasSize(2));
        assertThat(List.of(group.standby("a"), group.standby("b"), group.standby("c")))
                .allSatisfy(tasks -> assertThat(tasks).hasSize(2));
    }

    @Test
    void shouldLeaveSurvivorsAlone_whenAMemberIsLost() {
        // Given
        group.join("a", "b", "c");
        group.rebalance();
        group.catchUp();
        Set<Integer> ofA = group.active("a");
        Set<Integer> ofB = group.active("b");
        Set<Integer> ofC = group.active("c");

        // When
        group.lose("a");
        group.rebalance();

        // Then
        assertThat(group.active("b")).containsAll(ofB);
        assertThat(group.active("c")).containsAll(ofC);
        assertThat(ofA).allMatch(group::wasTakenOverByACopy);
    }

    @Test
    void shouldGiveItCopiesOnly_whenAMemberComesBackWithoutState() {
        // Given
        group.join("a", "b", "c");
        group.rebalance();
        group.catchUp();
        group.lose("a");
        group.rebalance();
        group.catchUp();

        // When
        group.join("a");
        boolean finished = group.rebalance();

        // Then
        assertThat(group.active("a")).isEmpty();
        assertThat(group.standby("a")).isNotEmpty();
        assertThat(finished).isFalse();

        // When it has caught up
        group.settle();

        // Then
        assertThat(group.active("a")).hasSize(2);
        assertThat(group.movedUnprepared()).isZero();
    }

    @Test
    void shouldGiveItCopiesOnly_whenAMemberHasJustStartedWithItsState() {
        // Given
        group.join("a", "b", "c");
        group.rebalance();
        group.catchUp();
        group.pass(CaughtUpTaskAssignor.SETTLED_AFTER);
        group.lose("a");
        group.rebalance();
        group.catchUp();
        Set<Integer> ofB = group.active("b");
        Set<Integer> ofC = group.active("c");

        // When
        group.comeBack("a");
        boolean finished = group.rebalance();

        // Then
        assertThat(finished).isFalse();
        assertThat(group.active("a")).isEmpty();
        assertThat(group.standby("a")).isNotEmpty();
        assertThat(group.active("b")).isEqualTo(ofB);
        assertThat(group.active("c")).isEqualTo(ofC);

        // When it has been running for a while
        group.pass(CaughtUpTaskAssignor.SETTLED_AFTER);
        group.rebalance();

        // Then
        assertThat(group.active("a")).hasSize(2);
    }

    @Test
    void shouldGiveItCopiesOnly_whenTheOthersHaveJustStartedAsWell() {
        // Given a rolling restart: "a" was the first
        group.join("a", "b");
        group.rebalance();
        group.catchUp();
        group.pass(CaughtUpTaskAssignor.SETTLED_AFTER);
        group.lose("a");
        group.rebalance();
        group.comeBack("a");
        group.rebalance();
        group.pass(CaughtUpTaskAssignor.SETTLED_AFTER.dividedBy(2));
        group.lose("b");
        group.rebalance();

        // When
        group.comeBack("b");
        group.rebalance();

        // Then
        assertThat(group.active("a")).hasSize(TASKS);
        assertThat(group.active("b")).isEmpty();
    }

    @Test
    void shouldTakeOver_whenAMemberHasJustStartedAndAnotherIsLost() {
        // Given a restart that the next one follows at once
        group.join("a", "b");
        group.rebalance();
        group.catchUp();
        group.pass(CaughtUpTaskAssignor.SETTLED_AFTER);
        group.lose("a");
        group.rebalance();
        group.comeBack("a");
        group.rebalance();

        // When
        group.lose("b");
        group.rebalance();

        // Then
        assertThat(group.active("a")).hasSize(TASKS);
    }

    @Test
    void shouldGoOn_whenNobodyKnowsHowFarCopiesAre() {
        // Given
        group.join("a", "b");
        group.rebalance();
        group.catchUp();
        Set<Integer> ofA = group.active("a");
        Set<Integer> ofB = group.active("b");

        // When
        group.forgetLags();
        group.rebalance();

        // Then
        assertThat(group.active("a")).isEqualTo(ofA);
        assertThat(group.active("b")).isEqualTo(ofB);
    }

    @Test
    void shouldComeToRestEvenly_whenMembersComeAndGoAtRandom() {
        // Given
        Random random = new Random(SEED);
        List<String> names = List.of("a", "b", "c", "d", "e");
        for (int run = 0; run < 300; run++) {
            SimulatedGroup any = new SimulatedGroup(1 + random.nextInt(24));
            any.join("a", "b");
            for (int step = 0; step < 12; step++) {
                String name = names.get(random.nextInt(names.size()));
                if (!any.has(name)) {
                    any.join(name);
                } else if (any.size() > 1) {
                    any.lose(name);
                }
                // When
                any.rebalance();
                if (random.nextBoolean()) {
                    any.settle();

                    // Then
                    String as = "seed " + SEED + ", run " + run + ", step " + step;
                    assertThat(any.skew()).as(as).isLessThanOrEqualTo(1);
                    assertThat(any.copies()).as(as).isEqualTo(any.size() > 1 ? any.tasks() : 0);
                }
            }
            assertThat(any.movedUnprepared())
                    .as("moved from who had caught up to who had not")
                    .isZero();
        }
    }
}
