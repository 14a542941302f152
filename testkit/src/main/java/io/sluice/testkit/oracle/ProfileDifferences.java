package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.ProfileEvent;
import io.sluice.engine.ledger.ProfileResult;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.AuditEntry.AccountChanged;
import io.sluice.schemas.control.AuditEntry.PenaltyChanged;
import io.sluice.schemas.control.AuditEntry.PenaltyLifted;
import io.sluice.schemas.reply.ProfileReply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares profiles, their audit trail and the answers to commands with what the oracle expects. */
final class ProfileDifferences {
    private ProfileDifferences() {}

    private static List<ProfileEvent> events(Collection<ExpectedChange> expected) {
        List<ProfileEvent> events = new ArrayList<>();
        for (ExpectedChange change : expected) {
            ProfileEvent event = change.event();
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    /** Every version once, in the order of versions within each account. */
    static void assertProfiles(Collection<ExpectedChange> expected, List<Profile> profiles) {
        Map<String, List<Profile>> wanted = new HashMap<>();
        events(expected)
                .forEach(event -> add(
                        wanted, ProfileCommandMapping.profile(event.command().account(), event.after())));
        Map<String, List<Profile>> found = new HashMap<>();
        profiles.forEach(profile -> add(found, profile));
        // The topic is compacted: only the last version of each account is certain to be there.
        found.forEach((account, versions) -> {
            List<Profile> all = wanted.getOrDefault(account, List.of());
            assertThat(all).as("profiles of %s", account).containsSubsequence(versions);
            assertThat(versions).as("profiles of %s", account).doesNotHaveDuplicates();
        });
        wanted.forEach((account, versions) -> assertThat(found.getOrDefault(account, List.of()))
                .as("profiles of %s", account)
                .endsWith(versions.get(versions.size() - 1)));
    }

    private static void add(Map<String, List<Profile>> byAccount, Profile profile) {
        byAccount
                .computeIfAbsent(profile.account(), absent -> new ArrayList<>())
                .add(profile);
    }

    /** One entry for each change, and none beyond. */
    static void assertAudit(Collection<ExpectedChange> expected, List<AuditEntry> entries) {
        List<AuditEntry> wanted = new ArrayList<>();
        for (ExpectedChange change : expected) {
            ProfileEvent event = change.event();
            if (event != null) {
                wanted.add(entry(change, event));
            }
        }
        List<AuditEntry> found = entries.stream()
                .filter(entry -> entry.action() instanceof AccountChanged)
                .toList();
        assertThat(found).as("audit trail of accounts").containsExactlyInAnyOrderElementsOf(wanted);
    }

    /** One entry for each penalty that began, ended or was lifted, and none beyond. */
    static void assertPenalties(List<AuditEntry> wanted, List<AuditEntry> entries) {
        List<AuditEntry> found = entries.stream()
                .filter(entry -> entry.action() instanceof PenaltyChanged || entry.action() instanceof PenaltyLifted)
                .toList();
        assertThat(found).as("audit trail of penalties").containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static AuditEntry entry(ExpectedChange change, ProfileEvent event) {
        String account = change.command().account();
        return new AuditEntry(
                0,
                event.atMillis(),
                change.command().principal(),
                change.command().reason(),
                new AccountChanged(
                        change.command().commandId(),
                        change.command().action(),
                        ProfileCommandMapping.profile(account, event.before()),
                        ProfileCommandMapping.profile(account, event.after()),
                        event.granted()));
    }

    /** The right answer to every command with a reply address; a reply may have come more than once. */
    static void assertReplies(Collection<ExpectedChange> expected, List<ProfileReply> replies) {
        Map<String, List<Object>> found = new HashMap<>();
        replies.forEach(reply -> found.computeIfAbsent(reply.correlationId(), absent -> new ArrayList<>())
                .add(told(reply)));
        for (ExpectedChange change : expected) {
            if (change.command().reply() != null) {
                String correlationId = change.command().reply().correlationId();
                assertThat(found.getOrDefault(correlationId, List.of()))
                        .as("answers to command %s", change.command().commandId())
                        .contains(told(change));
            }
        }
    }

    private record Received(
            @Nullable String code, long version, boolean changed, long granted, Map<String, Long> creditsLeft) {
        static Received refused(String code) {
            return new Received(code, 0, /* changed= */ false, 0, Map.of());
        }
    }

    private static Received told(ProfileReply reply) {
        return reply.outcome() instanceof ProfileReply.Shown shown
                ? new Received(null, shown.profile().version(), shown.changed(), shown.granted(), shown.creditsLeft())
                : Received.refused(
                        ((ProfileReply.Refused) reply.outcome()).refusal().code());
    }

    private static Received told(ExpectedChange change) {
        if (change.result() instanceof ProfileResult.Accepted accepted) {
            ProfileEvent event = accepted.event();
            return new Received(
                    null, event.after().version(), /* changed= */ true, event.granted(), change.creditsLeft());
        }
        if (change.result() instanceof ProfileResult.Repeated repeated) {
            return new Received(null, repeated.profile().version(), /* changed= */ false, 0, change.creditsLeft());
        }
        String code = change.result() instanceof ProfileResult.Refused refused
                ? refused.refusal().name().toLowerCase(Locale.ROOT).replace('_', '-')
                : change.forged() != null ? change.forged() : "invalid-override";
        return Received.refused(code);
    }
}
