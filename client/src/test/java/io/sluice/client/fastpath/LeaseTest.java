package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseRequest;
import io.sluice.schemas.request.LeaseTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is taken out of a lease, and what it is closed with, always add up. */
final class LeaseTest {
    private static final long SEED = 20_261_122L;
    private static final DecisionId ID = new DecisionId(0, 7);

    static Lease lease(long tokens, long ttlMillis, long requestedNanos) {
        LeaseReply reply = new LeaseReply("c", "0-7", tokens, ttlMillis, details());
        return Lease.of(ID, reply, new RoundTrip(requestedNanos, requestedNanos));
    }

    private static VerdictDetails details() {
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .decidedAtMillis(1)
                .rulesetRevision(1)
                .tier("standard")
                .retryAfterMillis(0L)
                .build();
    }

    @Test
    void shouldSpendEachTokenWhenItIsThere_whenTheyAreStillToCome() {
        // Given: 4 tokens over 100 ms, answered 10 ms after they were requested
        RoundTrip roundTrip = new RoundTrip(0, millis(10));
        Lease lease = Lease.beside(ID, details(), new LeaseTerms(4, 1_000, 100), roundTrip);

        // When / Then
        assertThat(lease.isComing()).isTrue();
        assertThat(lease.take(1, millis(10))).isEqualTo(Lease.NOTHING);
        assertThat(lease.waitNanos(1, millis(10))).isEqualTo(millis(25));
        assertThat(lease.take(1, millis(35) - 1_000)).isEqualTo(Lease.NOTHING);
        assertThat(lease.take(1, millis(35))).isEqualTo(3);
        assertThat(lease.take(1, millis(35))).isEqualTo(Lease.NOTHING);
        assertThat(lease.waitNanos(2, millis(35))).isEqualTo(millis(50));
        assertThat(lease.payable(millis(85))).isEqualTo(2);
        assertThat(lease.take(3, millis(109))).isEqualTo(Lease.NOTHING);
        assertThat(lease.take(3, millis(110))).isZero();
        assertThat(lease.close()).isEqualTo(new Lease.Closing(ID, 4, 2));
        assertThat(lease.isClosed()).isTrue();
    }

    @Test
    void shouldSpendWhatIsThere_whenTheCallerLookedAtTheClockBeforeTheAnswerCame() {
        // Given: tokens that are all there, and tokens that are still to come
        RoundTrip roundTrip = new RoundTrip(0, millis(10));
        Lease there = Lease.beside(ID, details(), new LeaseTerms(4, 1_000), roundTrip);
        Lease toCome = Lease.beside(ID, details(), new LeaseTerms(4, 1_000, 100), roundTrip);

        // When / Then
        assertThat(there.payable(millis(9))).isEqualTo(4);
        assertThat(there.take(1, millis(9))).isEqualTo(3);
        assertThat(toCome.payable(millis(9))).isZero();
        assertThat(toCome.take(1, millis(9))).isEqualTo(Lease.NOTHING);
    }

    @Test
    void shouldNotOverflow_whenTheMostTokensComeInTheLongestTime() {
        // Given
        LeaseTerms most = new LeaseTerms(1_000_000_000, 60_000, 60_000);
        Lease lease = Lease.beside(ID, details(), most, new RoundTrip(0, 0));

        // When / Then
        assertThat(lease.payable(millis(30_000))).isEqualTo(500_000_000);
        assertThat(lease.payable(millis(60_000) - 1_000)).isLessThan(1_000_000_000);
        assertThat(lease.payable(millis(60_000))).isEqualTo(1_000_000_000);
        assertThat(lease.waitNanos(1_000_000_000, millis(30_000))).isEqualTo(millis(30_000));
    }

    @Test
    void shouldLastAtItsPaceSoFar_whenItsTimeIsNotOverBefore() {
        // Given
        Lease paced = lease(100, 60_000, 0);
        paced.take(60, 0);
        Lease unused = lease(100, 60_000, 0);
        Lease vast = lease(LeaseTerms.TOKENS_MAX, LeaseRequest.TTL_MILLIS_MAX, 0);
        vast.take(1, 0);

        // When / Then: seven eighths of a minute may be spent
        assertThat(paced.spareNanos(millis(3_000))).isEqualTo(millis(2_000));
        assertThat(unused.spareNanos(millis(30_000))).isEqualTo(millis(22_500));
        assertThat(vast.spareNanos(millis(30_000))).isEqualTo(millis(22_500));
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    @Test
    void shouldTakeOnlyWhatThereIs_whenSpent() {
        // Given
        Lease lease = lease(5, 1_000, 0);

        // When / Then
        assertThat(lease.take(3, 0)).isEqualTo(2);
        assertThat(lease.take(3, 0)).isEqualTo(Lease.NOTHING);
        assertThat(lease.take(2, 0)).isZero();
        assertThat(lease.take(1, 0)).isEqualTo(Lease.NOTHING);
        assertThat(lease.close()).isEqualTo(new Lease.Closing(ID, 5, 2));
    }

    @Test
    void shouldGiveNothing_whenClosed() {
        // Given
        Lease lease = lease(1_000_000_000, 1_000, 0);
        lease.take(750_000_000, 0);

        // When
        Lease.Closing closing = lease.close();

        // Then
        assertThat(closing).isEqualTo(new Lease.Closing(ID, 750_000_000, 1));
        assertThat(lease.take(1, 0)).isEqualTo(Lease.NOTHING);
        assertThat(lease.left()).isZero();
        assertThat(lease.close()).isNull();
    }

    @Test
    void shouldEndBeforeTheLedgersOwnEnd_whenItsTimeIsCountedFromTheRequest() {
        // Given
        long requestedNanos = Long.MAX_VALUE - 10;
        Lease lease = lease(5, 1_000, requestedNanos);

        // When / Then: nanoTime may wrap around
        assertThat(lease.isSpendable(requestedNanos + Duration.ofMillis(874).toNanos()))
                .isTrue();
        assertThat(lease.isSpendable(requestedNanos + Duration.ofMillis(875).toNanos()))
                .isFalse();
    }

    @Test
    void shouldAddUpExactly_whenManySpendAndOneCloses() throws InterruptedException {
        // Given: leases that follow each other, of which each is closed while it is spent
        int leases = 3_000;
        AtomicReference<Lease> current = new AtomicReference<>(lease(40, 1_000, 0));
        AtomicLong takenTokens = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong reportedTokens = new AtomicLong();
        AtomicLong told = new AtomicLong();
        CountDownLatch over = new CountDownLatch(1);
        List<Thread> spenders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random = new SplittableRandom(SEED + i);
            Thread spender = new Thread(() -> {
                while (over.getCount() > 0) {
                    long cost = 1 + random.nextInt(4);
                    if (current.get().take(cost, 0) != Lease.NOTHING) {
                        takenTokens.addAndGet(cost);
                        taken.incrementAndGet();
                    }
                }
            });
            spender.start();
            spenders.add(spender);
        }

        // When: two close the same lease, and only one is told what has become of it
        SplittableRandom random = new SplittableRandom(SEED - 1);
        for (int i = 0; i < leases; i++) {
            long floor = random.nextInt(40);
            while (current.get().left() > floor) {
                Thread.onSpinWait();
            }
            Lease closed = current.getAndSet(lease(1 + random.nextInt(60), 1_000, 0));
            for (int twice = 0; twice < 2; twice++) {
                Lease.Closing closing = closed.close();
                reportedTokens.addAndGet(closing == null ? 0 : closing.spentTokens());
                told.addAndGet(closing == null ? 0 : closing.allowed());
            }
        }
        over.countDown();
        for (Thread spender : spenders) {
            spender.join();
        }
        Lease.Closing last = current.get().close();

        // Then
        assertThat(last).isNotNull();
        assertThat(reportedTokens.get() + last.spentTokens()).as("seed " + SEED).isEqualTo(takenTokens.get());
        assertThat(told.get() + last.allowed()).as("seed " + SEED).isEqualTo(taken.get());
    }
}
