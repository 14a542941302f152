package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.Admissions;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.usage.UsageService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The services of the data port: admissions, usage and recent decisions, for callers with the permission.
 *
 * @param more routes beside its own
 * @param usage what accounts used; null to serve none, on neither port
 * @param decisions recent decisions about accounts; null to show none, on neither port
 * @param challenges adds challenge tokens to verdicts; null for none
 */
public record DataPlane(
        Admissions admissions,
        Access access,
        List<ApiRoute> more,
        @Nullable UsageService usage,
        @Nullable AccountDecisions decisions,
        @Nullable ChallengeTokens challenges) {
    public DataPlane {
        more = List.copyOf(more);
    }

    /** Without usage and recent decisions. */
    public DataPlane(Admissions admissions, Access access, List<ApiRoute> more) {
        this(admissions, access, more, /* usage= */ null, /* decisions= */ null, /* challenges= */ null);
    }

    public DataPlane(Admissions admissions, Access access) {
        this(admissions, access, List.of());
    }

    /** The same with usage, on this port and on the admin port. */
    public DataPlane with(UsageService newUsage) {
        return new DataPlane(admissions, access, more, newUsage, decisions, challenges);
    }

    /** The same with recent decisions, on this port and on the admin port; null for none. */
    public DataPlane with(@Nullable AccountDecisions newDecisions) {
        return new DataPlane(admissions, access, more, usage, newDecisions, challenges);
    }

    /** The same with challenge tokens, if the admin plane signs commands with the same key; null for none. */
    public DataPlane with(@Nullable ChallengeTokens newChallenges) {
        return new DataPlane(admissions, access, more, usage, decisions, newChallenges);
    }

    /** A data plane that is open to everybody who reaches the port, for every account: only for your own machine. */
    public static DataPlane open(Admissions admissions) {
        return new DataPlane(admissions, Access.open("anonymous"));
    }
}
