package io.sluice.api.admin;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.Challenge;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/challenges/{token}} of the data port: the caller's own challenge was passed, so its penalty ends.
 *
 * <p>A front end that can give out no tokens has no such route: it has no key to sign the command with.
 */
public final class ChallengeEndpoint implements Endpoint {
    private final AccountAdmin accounts;
    private final AuthFailures refusals;

    private ChallengeEndpoint(AccountAdmin accounts, AuthFailures refusals) {
        this.accounts = accounts;
        this.refusals = refusals;
    }

    /** The route, for callers with the role {@link Role#REDEEMER} who may use the account. */
    public static ApiRoute route(AccountAdmin accounts, AuthFailures refusals, int bodyBytesMax) {
        return ApiRoute.post(
                        "/v1/challenges/{token}",
                        Permission.of(Role.REDEEMER),
                        bodyBytesMax,
                        new ChallengeEndpoint(accounts, refusals))
                .named("challenges");
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException {
        String token = request.path(ChallengeCodec.FIELD);
        Challenge challenge = ChallengeCodec.decode(token);
        String account = challenge.clientId().account();
        if (!request.caller().accounts().covers(account)) {
            return refusals.withoutAccount(request.caller(), account).now();
        }
        AccountCommand command = new AccountCommand(
                account,
                CommandName.of(request),
                request.caller().name(),
                CommandBody.of(request).only("reason").reason(),
                /* expectedVersion= */ 0,
                new AccountCommand.Redeem(token),
                /* reply= */ null);
        return accounts.change(command).thenApply(answer -> answer(answer, challenge));
    }

    private static HttpAnswer answer(AccountAdmin.Answer answer, Challenge challenge) {
        if (answer instanceof AccountAdmin.Refused refused) {
            return RulesProblems.refused(refused.refusal());
        }
        if (answer instanceof AccountAdmin.Unavailable unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        AccountAdmin.Shown shown = (AccountAdmin.Shown) answer;
        return HttpAnswer.ok(json -> {
            json.writeStringField("clientId", challenge.clientId().text());
            json.writeStringField("penalty", challenge.penaltyId());
            json.writeStringField("begunBy", challenge.begunBy().text());
            json.writeNumberField("decidedAtMillis", shown.shown().decidedAtMillis());
        });
    }
}
