package io.sluice.middleware;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are held while their work goes on, for {@code try}-with-resources: {@link #commit} keeps what the work
 * really cost, and {@link #close} without a commit gives all of it back.
 *
 * <p>A commit without an answer may have been carried out. It can be repeated; {@link #close} then leaves the
 * reservation to its expiry, since a cancel could give back what was used.
 */
public final class Reservation implements AutoCloseable {
    private final Admissions admissions;
    private final AdmissionRequest request;
    private final long deadlineMillis;
    private final Answer<AdmissionVerdict> answer;
    private final @Nullable DecisionId id;
    private final AtomicBoolean settling = new AtomicBoolean();

    private Reservation(
            Admissions admissions, AdmissionRequest request, long deadlineMillis, Answer<AdmissionVerdict> answer) {
        this.admissions = admissions;
        this.request = request;
        this.deadlineMillis = deadlineMillis;
        this.answer = answer;
        this.id = id(answer);
    }

    private static @Nullable DecisionId id(Answer<AdmissionVerdict> answer) {
        AdmissionVerdict verdict = answer.orNull();
        VerdictDetails details = verdict == null ? null : verdict.details();
        String text = details == null ? null : details.held().reservationId();
        try {
            return text == null ? null : DecisionId.parse("reservationId", text);
        } catch (WireException e) {
            // What nobody can name ends by itself.
            return null;
        }
    }

    /**
     * Reserves, and waits for the answer, no longer than the deadline.
     *
     * @param request one that reserves: {@code AdmissionRequest.of(...).cost(...).reserveMillis(...)}
     * @param deadlineMillis of the reservation, and of its commit or cancel
     * @throws IllegalArgumentException if the request reserves nothing
     */
    public static Reservation open(Admissions admissions, AdmissionRequest request, long deadlineMillis) {
        return openAsync(admissions, request, deadlineMillis).join();
    }

    /** The same without waiting. */
    public static CompletableFuture<Reservation> openAsync(
            Admissions admissions, AdmissionRequest request, long deadlineMillis) {
        return admissions
                .reserve(request, deadlineMillis)
                .thenApply(answer -> new Reservation(admissions, request, deadlineMillis, answer));
    }

    /** Whether the work may begin; also if nobody decided, and the failure policy allows. */
    public boolean allowed() {
        return NextStep.after(answer) instanceof NextStep.Proceed;
    }

    /** The answer to the reservation. */
    public Answer<AdmissionVerdict> answer() {
        return answer;
    }

    /** The name of the reservation; null if nothing is reserved. */
    public @Nullable DecisionId id() {
        return id;
    }

    /**
     * Keeps so many tokens, and gives back the rest. Waits for the answer, no longer than the deadline.
     *
     * @throws IllegalStateException if the work was not allowed
     * @throws IllegalArgumentException if no commit can have this cost
     */
    public Answer<SettlementReply> commit(long cost) {
        return commitAsync(cost).join();
    }

    /** The same without waiting. */
    public CompletableFuture<Answer<SettlementReply>> commitAsync(long cost) {
        if (!allowed()) {
            throw new IllegalStateException(
                    "commit of " + cost + ": nothing is reserved (expected: an allowed reservation)");
        }
        if (id == null) {
            // The failure policy let it through: there is nothing to settle.
            return CompletableFuture.completedFuture(
                    new Answer.Degraded<>(/* allowed= */ true, "nothing was reserved"));
        }
        try {
            CompletableFuture<Answer<SettlementReply>> committing =
                    admissions.commit(request.clientId(), id, cost, deadlineMillis);
            settling.set(true);
            return committing;
        } catch (WireException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Gives back everything, unless a commit was tried. Waits for the answer, no longer than the deadline; without one,
     * the reservation expires by itself.
     */
    @Override
    public void close() {
        if (id != null && settling.compareAndSet(false, true)) {
            admissions.cancel(request.clientId(), id, deadlineMillis).join();
        }
    }
}
