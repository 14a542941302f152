package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Charge;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.testkit.algorithm.AlgorithmModel;
import io.sluice.testkit.algorithm.FirstHitModel;
import io.sluice.testkit.algorithm.FixedWindowModel;
import io.sluice.testkit.algorithm.LeakyModel;
import io.sluice.testkit.algorithm.LifetimeModel;
import io.sluice.testkit.algorithm.SlidingCounterModel;
import io.sluice.testkit.algorithm.TckRandom;
import io.sluice.testkit.algorithm.TokenModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares every algorithm, wherever Sluice runs, with its definition: a random history of admissions, each verdict
 * compared with a slow model.
 *
 * <p>The model is set to the moment that the verdict reports, so the comparison is exact even where time is the
 * broker's.
 */
public abstract class AlgorithmContract {
    /** The rules that {@link #port} has in force: one limit for each algorithm, which applies to its own clients. */
    public static final String RULES = """
        {"limits":[
         {"id":"token-bucket","match":{"attributes":{"kind":"token-bucket"}},"scope":"client",
          "rate":{"tokens":7,"per":"50ms"},"burst":12},
         {"id":"leaky-bucket","match":{"attributes":{"kind":"leaky-bucket"}},"scope":"client",
          "algorithm":"leaky-bucket","rate":{"tokens":3,"per":"40ms"},"queue":8},
         {"id":"fixed-window","match":{"attributes":{"kind":"fixed-window"}},"scope":"client",
          "algorithm":"fixed-window","limit":10,"window":{"per":"60ms"}},
         {"id":"first-hit-window","match":{"attributes":{"kind":"first-hit-window"}},"scope":"client",
          "algorithm":"fixed-window","limit":10,"window":{"per":"60ms","from":"first-hit"}},
         {"id":"sliding-window-counter","match":{"attributes":{"kind":"sliding-window-counter"}},"scope":"client",
          "algorithm":"sliding-window-counter","limit":10,"window":{"per":"60ms"}},
         {"id":"sliding-window-log","match":{"attributes":{"kind":"sliding-window-log"}},"scope":"client",
          "algorithm":"sliding-window-log","limit":10,"window":{"per":"60ms"}},
         {"id":"concurrency","match":{"attributes":{"kind":"concurrency"}},"scope":"client",
          "algorithm":"concurrency","limit":6,"ttl":"80ms"}]}\
        """;

    private static final long WINDOW_MILLIS = 60;
    private static final int CLIENTS = 3;

    /** The port that gets the requests; one of them may serve all tests of a class. */
    protected abstract AdmissionPort port();

    /** Admissions in the history of one algorithm. */
    protected abstract int steps();

    @Test
    void shouldAgreeWithTheDefinition_whenTokenBucket() throws Exception {
        new History("token-bucket", 12, now -> new TokenModel(7, 50, 12, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenLeakyBucket() throws Exception {
        new History("leaky-bucket", 8, now -> new LeakyModel(3, 40, 8, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenFixedWindow() throws Exception {
        new History("fixed-window", 10, now -> new FixedWindowModel(AlgorithmContract::spanHolding, 10, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenTheWindowBeginsWithTheFirstHit() throws Exception {
        new History("first-hit-window", 10, now -> new FirstHitModel(WINDOW_MILLIS, 10, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenSlidingWindowCounter() throws Exception {
        new History("sliding-window-counter", 10, now -> new SlidingCounterModel(WINDOW_MILLIS, 10, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenSlidingWindowLog() throws Exception {
        new History("sliding-window-log", 10, now -> new LifetimeModel(WINDOW_MILLIS, 10, now)).run();
    }

    @Test
    void shouldAgreeWithTheDefinition_whenConcurrency() throws Exception {
        new History("concurrency", 6, now -> new LifetimeModel(80, 6, now)).run();
    }

    private static FixedWindowModel.Span spanHolding(long atMillis) {
        long startMillis = atMillis - atMillis % WINDOW_MILLIS;
        return new FixedWindowModel.Span(startMillis, startMillis + WINDOW_MILLIS);
    }

    /** Slots that an admission took, and may release. */
    private record Slots(ClientId clientId, DecisionId id, int step, long atMillis, long cost) {}

    /** The requests to one algorithm, and to its model. */
    private final class History {
        private final String kind;
        private final int capacity;
        private final LongFunction<AlgorithmModel> newModel;
        private final TckRandom random;
        private final Map<ClientId, AlgorithmModel> models = new HashMap<>();
        private final List<Slots> taken = new ArrayList<>();
        private int allowed;
        private int denied;
        private int step;

        History(String kind, int capacity, LongFunction<AlgorithmModel> newModel) {
            this.kind = kind;
            this.capacity = capacity;
            this.newModel = newModel;
            // The name is the seed: it is in every failure.
            this.random = new TckRandom(kind.hashCode());
        }

        void run() throws WireException {
            for (step = 0; step < steps(); step++) {
                ClientId clientId = ClientId.parse("clientId", "algorithms/" + kind + "/" + random.below(CLIENTS));
                if (random.below(3) == 0) {
                    port().passTime(clientId, random.upTo(40));
                }
                if (!taken.isEmpty() && random.below(3) == 0) {
                    release(taken.remove(random.below(taken.size())));
                }
                // A cost above the capacity is denied on the slowest machine, where the rest may flow back in time.
                ask(clientId, random.between(0, capacity / 2) + (random.below(8) == 0 ? capacity : 0));
            }
            // The history must have met both, or the comparison proves little.
            assertThat(allowed).as("%s: allowed", kind).isGreaterThan(steps() / 10);
            assertThat(denied).as("%s: denied", kind).isGreaterThan(steps() / 50);
        }

        private void ask(ClientId clientId, long cost) throws WireException {
            Verdict verdict = port().admit(AdmissionRequest.of(clientId.text())
                    .cost(cost)
                    .attribute("kind", kind)
                    .build());
            VerdictDetails details = Objects.requireNonNull(verdict.details(), verdict.toString());
            AlgorithmModel model =
                    models.computeIfAbsent(clientId, absent -> newModel.apply(details.decidedAtMillis()));
            model.advance(details.decidedAtMillis());
            boolean admits = model.admitsAfter(0, cost);
            assertThat(details.allowed()).as("%s: %s", this, details).isEqualTo(admits);
            if (admits) {
                allowed++;
                assertThat(details.delayMillis()).as("%s: delay", this).isEqualTo(model.delayMillis());
                charge(clientId, cost, details, model);
            } else {
                denied++;
                compareWait(model, cost, details.retryAfterMillis());
            }
            compareLevel(model, details.limits());
        }

        private void charge(ClientId clientId, long cost, VerdictDetails details, AlgorithmModel model)
                throws WireException {
            if (cost > 0) {
                model.charge(cost, step);
            }
            String releaseId = details.held().releaseId();
            if (releaseId != null) {
                taken.add(new Slots(
                        clientId, DecisionId.parse("releaseId", releaseId), step, details.decidedAtMillis(), cost));
            }
        }

        private void release(Slots slots) {
            SettlementReply reply = port().settle(SettleRequest.release(slots.clientId(), slots.id()));
            // A release that is too late equals none: the slot's time was over.
            if (reply.settlement() != null) {
                AlgorithmModel model = Objects.requireNonNull(models.get(slots.clientId()));
                model.advance(reply.settlement().decidedAtMillis());
                model.giveBack(new Charge(slots.atMillis(), slots.step()), slots.cost());
                compareLevel(model, reply.settlement().limits());
            }
        }

        /** The definition of a wait: after it the cost is admitted, and one millisecond earlier it is not. */
        private void compareWait(AlgorithmModel model, long cost, @Nullable Long waitMillis) {
            if (waitMillis == null) {
                assertThat(cost).as("%s: never", this).isGreaterThan(capacity);
                return;
            }
            assertThat(model.admitsAfter(waitMillis, cost))
                    .as("%s: %d after %d ms", this, cost, waitMillis)
                    .isTrue();
            assertThat(model.admitsAfter(waitMillis - 1, cost))
                    .as("%s: %d before %d ms", this, cost, waitMillis)
                    .isFalse();
        }

        private void compareLevel(AlgorithmModel model, List<LimitStatus> limits) {
            assertThat(limits).as("%s: limits", this).hasSize(1);
            LimitStatus limit = limits.get(0);
            assertThat(limit.id()).isEqualTo(kind);
            assertThat(limit.limit()).isEqualTo(capacity);
            assertThat(limit.remaining()).as("%s: remaining", this).isEqualTo(model.remaining());
            assertThat(model.isFullAfter(limit.resetAfterMillis()))
                    .as("%s: full after %d ms", this, limit.resetAfterMillis())
                    .isTrue();
            assertThat(limit.resetAfterMillis() > 0 && model.isFullAfter(limit.resetAfterMillis() - 1))
                    .as("%s: full before %d ms", this, limit.resetAfterMillis())
                    .isFalse();
        }

        @Override
        public String toString() {
            return kind + " step " + step;
        }
    }
}
