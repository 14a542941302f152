package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.client.accounts.AccountHistory;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountActionJson;
import io.sluice.schemas.codec.ProfileJson;
import io.sluice.schemas.codec.ProfileReplyJson;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.request.ClientId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/accounts/{account}/profile}: the profile of an account, and changes of it. */
public final class ProfileEndpoints {
    private static final String ENDPOINT = "accounts";
    private static final String PATH = "/v1/accounts/{account}/profile";
    private static final HttpAnswer NO_PRECONDITION = Problem.PRECONDITION_REQUIRED.answer(
            "If-Match is missing (expected: the ETag of the profile, \"0\" if nobody has ever changed it)");

    private static final String AUDIT = "/v1/accounts/{account}/audit";

    private final ControlPlane plane;
    private final int bodyBytesMax;

    public ProfileEndpoints(ControlPlane plane, int bodyBytesMax) {
        this.plane = plane;
        this.bodyBytesMax = bodyBytesMax;
    }

    public List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get(PATH, Permission.of(Role.VIEWER), this::show).named(ENDPOINT),
                ApiRoute.post(PATH + "/changes", Permission.of(Role.OPERATOR), bodyBytesMax, this::change)
                        .named(ENDPOINT),
                View.route(AUDIT, ENDPOINT, this::audit));
    }

    /** The changes of the account, as far as the audit trail is kept in memory. */
    private HttpAnswer audit(ApiRequest request) throws WireException {
        Page page = Page.of(request);
        List<AccountHistory.Entry> entries =
                plane.view().accounts().entries(account(request), page.before(), page.limit());
        return plane.view().isComplete()
                ? HttpAnswer.ok(json -> RulesJson.writeAll(json, "entries", entries, ProfileEndpoints::write))
                : RevisionEndpoints.NOT_READ_YET;
    }

    private static void write(JsonGenerator json, AccountHistory.Entry entry) throws IOException {
        json.writeNumberField("version", entry.version());
        json.writeNumberField("atMillis", entry.atMillis());
        json.writeStringField("principal", entry.principal());
        json.writeStringField("reason", entry.reason());
        json.writeStringField("action", AccountActionJson.nameOf(entry.change()));
        AccountActionJson.write(json, entry.change());
        if (entry.granted() > 0) {
            json.writeNumberField("granted", entry.granted());
        }
    }

    private CompletableFuture<HttpAnswer> show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        return plane.accounts().profile(account(request)).thenApply(ProfileEndpoints::answer);
    }

    private CompletableFuture<HttpAnswer> change(ApiRequest request) throws WireException {
        String account = account(request);
        Long expected = RevisionTag.expected(request);
        if (expected == null) {
            return NO_PRECONDITION.now();
        }
        CommandBody body = CommandBody.of(request);
        AccountCommand command = new AccountCommand(
                account,
                CommandName.of(request),
                request.caller().name(),
                body.reason(),
                expected,
                AccountActionJson.decode(body.json(), List.of("reason")),
                /* reply= */ null);
        return plane.accounts().change(command).thenApply(ProfileEndpoints::answer);
    }

    private static String account(ApiRequest request) throws WireException {
        ClientId account = ClientId.parse("account", request.path("account"));
        if (!account.text().equals(account.account())) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return account.text();
    }

    private static HttpAnswer answer(AccountAdmin.Answer answer) {
        if (answer instanceof AccountAdmin.Shown shown) {
            return shown(shown.shown());
        }
        return answer instanceof AccountAdmin.Refused refused
                ? RulesProblems.refused(refused.refusal())
                : Problem.unavailable(((AccountAdmin.Unavailable) answer).detail());
    }

    private static HttpAnswer shown(ProfileReply.Shown shown) {
        return HttpAnswer.ok(json -> {
                    ProfileJson.write(json, shown.profile());
                    json.writeStringField("effectiveTier", shown.tier());
                    json.writeNumberField("rulesetRevision", shown.rulesetRevision());
                    json.writeNumberField("decidedAtMillis", shown.decidedAtMillis());
                    ProfileReplyJson.writeCreditsLeft(json, shown);
                    if (shown.granted() > 0) {
                        json.writeNumberField("granted", shown.granted());
                    }
                })
                .with(RevisionTag.of(shown.profile().version()));
    }
}
