package io.sluice.streams.admission;

import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.reply.RulesReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a challenge token may count in this partition. The signature of the command proves who redeems it, and its
 * own signature proves that a front end has given it out.
 */
final class ChallengeCheck {
    static final String FORGED = "challenge-forged";
    static final String OTHER_ACCOUNT = "challenge-of-another-account";

    private final TrustedKeys keys;
    private final int partition;

    ChallengeCheck(TrustedKeys keys, int partition) {
        this.keys = keys;
        this.partition = partition;
    }

    /** Why the token of a command counts for nothing; null if it may count, or the command has none. */
    RulesReply.@Nullable Refused refusal(AccountCommand command) {
        if (!(command.action() instanceof AccountCommand.Redeem redeem)) {
            return null;
        }
        try {
            Challenge challenge = ChallengeCodec.decode(redeem.token());
            if (!keys.verify(SignedKind.CHALLENGE, ChallengeCodec.signed(redeem.token()))) {
                return refused(FORGED, "token: its signature proves nothing (expected: one by a command key)");
            }
            boolean isHere = challenge.clientId().account().equals(command.account())
                    && challenge.begunBy().partition() == partition;
            return isHere
                    ? null
                    : refused(
                            OTHER_ACCOUNT,
                            "token: of client " + challenge.clientId().text() + " (expected: one of account "
                                    + command.account() + ")");
        } catch (WireException e) {
            return refused(FORGED, e.field() + ": " + e.detail());
        }
    }

    private static RulesReply.Refused refused(String code, String detail) {
        return new RulesReply.Refused(code, detail, List.of());
    }
}
