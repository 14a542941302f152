package io.sluice.engine.controlplane;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.RulesResult.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A ledger with shorthands. A document's text is {@code burst N}, or anything else for one that is not valid. */
final class ControlPlaneFixture {
    static final Author ALICE = new Author("alice", "a reason");
    static final Author BOB = new Author("bob", "another reason");

    final MapControlPlaneStore store = new MapControlPlaneStore();
    final List<RulesEvent> events = new ArrayList<>();
    private final RulesLedger ledger;
    private int commands;

    ControlPlaneFixture(boolean approvalRequired) {
        ledger = new RulesLedger(store, ControlPlaneFixture::read, new RulesLedger.Policy(approvalRequired, 0));
    }

    static DocumentReader.Read read(String text) {
        if (text.startsWith("burst ")) {
            return DocumentReader.Read.of(document(limit("a", 1, "1s", Long.parseLong(text.substring(6)))));
        }
        return text.equals("tree")
                ? DocumentReader.Read.of(Map.of("limits", List.of(Map.of("id", "A!")), "typo", 1L))
                : DocumentReader.Read.unreadable("", "not valid JSON");
    }

    /** Decides, and takes the step if it is granted. */
    RulesResult run(RulesStep command) {
        RulesResult result = ledger.decide(command, 1_000 + commands++);
        if (result instanceof RulesResult.Accepted accepted) {
            ledger.apply(accepted.event());
            events.add(accepted.event());
        }
        return result;
    }

    long propose(String document) {
        RulesResult result = run(new RulesStep.Propose("c" + commands, ALICE, active(), document));
        assertThat(result).isInstanceOf(RulesResult.Accepted.class);
        return store.summary().lastProposalId();
    }

    RulesResult activate(long proposalId) {
        return run(new RulesStep.Activate(proposalId, active(), ALICE));
    }

    RulesResult rollBack(long toRevision) {
        return run(new RulesStep.RollBack(toRevision, active(), BOB));
    }

    long active() {
        return store.summary().activeRevision();
    }

    static Refusal refusal(RulesResult result) {
        assertThat(result).isInstanceOf(RulesResult.Refused.class);
        return ((RulesResult.Refused) result).refusal();
    }
}
