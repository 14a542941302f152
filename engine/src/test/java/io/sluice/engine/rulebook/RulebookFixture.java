package io.sluice.engine.rulebook;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.rulebook.Ruling.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A ledger with shorthands. A document's text is {@code burst N}, or anything else for one that is not valid. */
final class RulebookFixture {
    static final Author ALICE = new Author("alice", "a reason");
    static final Author BOB = new Author("bob", "another reason");

    final MapRulebookStore store = new MapRulebookStore();
    final List<RulesEvent> events = new ArrayList<>();
    private final RulesLedger ledger;
    private int commands;

    RulebookFixture(boolean approvalRequired) {
        ledger = new RulesLedger(store, RulebookFixture::read, new RulesLedger.Policy(approvalRequired, 0));
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
    Ruling run(RulesCommand command) {
        Ruling ruling = ledger.decide(command, 1_000 + commands++);
        if (ruling instanceof Ruling.Accepted accepted) {
            ledger.apply(accepted.event());
            events.add(accepted.event());
        }
        return ruling;
    }

    long propose(String document) {
        Ruling ruling = run(new RulesCommand.Propose("c" + commands, ALICE, active(), document));
        assertThat(ruling).isInstanceOf(Ruling.Accepted.class);
        return store.summary().lastProposalId();
    }

    Ruling activate(long proposalId) {
        return run(new RulesCommand.Activate(proposalId, active(), ALICE));
    }

    Ruling rollBack(long toRevision) {
        return run(new RulesCommand.RollBack(toRevision, active(), BOB));
    }

    long active() {
        return store.summary().activeRevision();
    }

    static Refusal refusal(Ruling ruling) {
        assertThat(ruling).isInstanceOf(Ruling.Refused.class);
        return ((Ruling.Refused) ruling).refusal();
    }
}
