package io.sluice.cli.simulation;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.reply.Penalty;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.gen.AccountCommandSamples;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;

/** Callers who pass the challenges of penalties; every token is redeemed twice, and some are forged. */
final class Challenges {
    private static final long AGAIN_AFTER_MILLIS = 40;
    private static final long FORGED_ONE_IN = 5;

    private final World world;
    private final RequestLog log;

    Challenges(World world, RequestLog log) {
        this.world = world;
        this.log = log;
    }

    /** Redeems the token that a front end would have added to a verdict. Draws nothing, so seeds keep their chances. */
    void answered(ClientId clientId, VerdictDetails details) {
        Penalty penalty = details.penalty();
        if (penalty == null || !penalty.enforced() || !penalty.action().equals(Penalty.CHALLENGE)) {
            return;
        }
        boolean forged = details.decidedAtMillis() % FORGED_ONE_IN == 0;
        AccountCommand command;
        try {
            String token = ChallengeCodec.token(
                    new Challenge(
                            ClientId.parse(
                                    "clientId", penalty.clientId() == null ? clientId.account() : penalty.clientId()),
                            penalty.id(),
                            DecisionId.parse("begunBy", String.valueOf(penalty.begunBy())),
                            penalty.untilMillis()),
                    forged ? TestKeys.UNAUTHENTICATED : TestKeys.COMMANDS);
            command = AccountCommandSamples.of(clientId.account(), 0, new AccountCommand.Redeem(token));
        } catch (WireException e) {
            throw new IllegalStateException("a verdict breaks the contract", e);
        }
        byte[] key = command.account().getBytes(StandardCharsets.UTF_8);
        byte[] value = RequestCodec.encode(AccountCommandSamples.signed(TestKeys.COMMANDS, command));
        int partition = AccountPartitioner.partitionOf(key, World.REQUEST_PARTITIONS);
        for (long afterMillis = 1; afterMillis <= 1 + AGAIN_AFTER_MILLIS; afterMillis += AGAIN_AFTER_MILLIS) {
            world.events.after(afterMillis, () -> {
                world.note(Occurrence.CHALLENGE_REDEEMED, command.toString());
                log.append(partition, key, value);
            });
        }
    }
}
