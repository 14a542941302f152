package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.ControlPlane.By;
import io.sluice.client.rules.RulesView;
import io.sluice.engine.controlplane.BucketEffects;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps that propose and activate a document, for holders of the command key. */
public final class RulesInForce {
    private static final Duration READ_WITHIN = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    private final ControlPlane plane;
    private final By by;
    private final CompletableFuture<String> suspicion;

    /** For a caller whose command key is right. */
    public RulesInForce(ControlPlane plane, By by) {
        this(plane, by, new CompletableFuture<>());
    }

    /**
     * For a caller whose command key may be wrong.
     *
     * @param suspicion completes with a warning if commands of ours seem to be taken for forged ones
     */
    RulesInForce(ControlPlane plane, By by, CompletableFuture<String> suspicion) {
        this.plane = plane;
        this.by = by;
        this.suspicion = suspicion;
    }

    /**
     * The outcome.
     *
     * @param buckets what it did to the buckets of limits
     */
    public record Result(long revision, boolean changed, List<BucketEffects.Effect> buckets) {
        static Result unchanged(long revision) {
            return new Result(revision, false, List.of());
        }
    }

    /** Puts the document in force, unless it is already. */
    public Result ensure(String documentJson) throws CommandFailure {
        return ensure(documentJson, /* onlyIfNone= */ false);
    }

    /** Puts the document in force, unless there is a ruleset in force. */
    public Result ensureSome(String documentJson) throws CommandFailure {
        return ensure(documentJson, /* onlyIfNone= */ true);
    }

    private Result ensure(String documentJson, boolean onlyIfNone) throws CommandFailure {
        RulesView view = plane.view();
        await("the audit trail was not read in time", view::isComplete);
        long active = view.activeRevision();
        RulesView.Revision inForce = view.revision(active);
        if (inForce != null && (onlyIfNone || inForce.documentJson().equals(documentJson))) {
            return Result.unchanged(active);
        }
        ControlPlane.Answer proposed = command(new ControlCommand.Propose(active, documentJson));
        if (isRefused(proposed, "unchanged")) {
            return Result.unchanged(active);
        }
        Long proposalId = taken(proposed).proposalId();
        if (proposalId == null) {
            throw new IllegalStateException("a proposal without number");
        }
        ControlPlane.Answer activated = command(new ControlCommand.Activate(proposalId, active));
        if (isRefused(activated, "not-approved")) {
            throw new CommandFailure(RulesText.waitsForApproval(proposalId));
        }
        Long revision = taken(activated).revision();
        return new Result(
                revision == null ? active : revision,
                true,
                BucketEffects.between(inForce == null ? null : tree(inForce.documentJson()), tree(documentJson)));
    }

    private static @Nullable Object tree(String documentJson) throws CommandFailure {
        try {
            return DocumentTree.ofJson(documentJson);
        } catch (WireException e) {
            throw new CommandFailure("a ruleset that was in force cannot be read: " + e.getMessage(), e);
        }
    }

    private ControlPlane.Answer command(ControlCommand.Step step) throws CommandFailure {
        CompletableFuture<ControlPlane.Answer> answer =
                plane.command(UUID.randomUUID().toString(), by, step);
        Object first = CompletableFuture.anyOf(answer, suspicion).join();
        if (!answer.isDone()) {
            throw new CommandFailure(String.valueOf(first));
        }
        return answer.join();
    }

    private static boolean isRefused(ControlPlane.Answer answer, String code) {
        return answer instanceof ControlPlane.Refused refused
                && refused.refusal().code().equals(code);
    }

    private static RulesReply.Accepted taken(ControlPlane.Answer answer) throws CommandFailure {
        if (answer instanceof ControlPlane.Taken taken) {
            return taken.accepted();
        }
        if (answer instanceof ControlPlane.Refused refused) {
            String problems = refused.refusal().problems().stream()
                    .map(problem -> problem.field() + ": " + problem.detail())
                    .collect(Collectors.joining("; "));
            throw new CommandFailure(
                    "refused: " + refused.refusal().detail() + (problems.isEmpty() ? "" : ": " + problems));
        }
        throw new CommandFailure(((ControlPlane.Unavailable) answer).detail());
    }

    private static void await(String failure, BooleanSupplier condition) throws CommandFailure {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > READ_WITHIN.toNanos()) {
                throw new CommandFailure(failure);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted while waiting for the rules writer", e);
            }
        }
    }
}
