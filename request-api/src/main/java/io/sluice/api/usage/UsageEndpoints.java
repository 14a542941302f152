package io.sluice.api.usage;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.Admissions;
import io.sluice.client.usage.UsageService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.UsageReplyJson;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageWindow;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /v1/accounts}, {@code /v1/accounts/{account}/usage} and {@code /v1/top}. */
public final class UsageEndpoints {
    private static final String USAGE = "/v1/accounts/{account}/usage";
    private static final String ENDPOINT = "usage";
    private static final int RANKS = 20;

    /** How long the answer waits for what is left of limits. */
    private static final long QUOTA_WITHIN_MILLIS = 2_000;

    private final UsageService usage;
    private final Admissions admissions;
    private final LongSupplier clockMillis;

    /**
     * Endpoints over these roll-ups.
     *
     * @param admissions say what is left of limits, for forecasts
     * @param clockMillis the time of day, which says what is shown if a caller does not
     */
    public UsageEndpoints(UsageService usage, Admissions admissions, LongSupplier clockMillis) {
        this.usage = usage;
        this.admissions = admissions;
        this.clockMillis = clockMillis;
    }

    /** Any account, and the rankings of all: for the admin port. */
    public List<ApiRoute> adminRoutes() {
        return List.of(
                ApiRoute.get(USAGE, Permission.of(Role.VIEWER), request -> usage(request, account(request)))
                        .named(ENDPOINT),
                ApiRoute.get("/v1/top", Permission.of(Role.VIEWER), this::top).named("top"),
                ApiRoute.get("/v1/accounts", Permission.of(Role.VIEWER), this::accounts)
                        .named("accounts"));
    }

    /** The caller's own accounts: for the data port. */
    public List<ApiRoute> dataRoutes(AuthFailures refusals) {
        return List.of(ApiRoute.get(USAGE, Permission.ANY_CALLER, request -> {
                    String account = account(request);
                    return request.caller().accounts().covers(account)
                            ? usage(request, account)
                            : refusals.withoutAccount(request.caller(), account).now();
                })
                .named(ENDPOINT));
    }

    private CompletableFuture<HttpAnswer> usage(ApiRequest request, String account) throws WireException {
        String query = request.query();
        RequestUrl.expectOnly(query, "from", "to", "step");
        String step = RequestUrl.parameter(query, "step");
        UsageWindow window = step == null ? UsageWindow.HOUR : UsageWindow.of("step", step);
        String to = RequestUrl.parameter(query, "to");
        TimeSpan span = TimeSpan.of(RequestUrl.parameter(query, "from"), to, window, clockMillis.getAsLong());
        CompletableFuture<UsageService.Answer<UsageReply>> windows =
                usage.usage(account, window, span.fromMillis(), span.toMillis());
        // A query that ends in the past gets no forecast.
        CompletableFuture<List<EmptyForecast>> forecast =
                to == null ? forecast(account) : CompletableFuture.completedFuture(List.of());
        return windows.thenCombine(forecast, (answer, forecasts) -> answer(answer, window, forecasts));
    }

    /** Forecasts, or none if they are not available in time: the usage is shown without them. */
    private CompletableFuture<List<EmptyForecast>> forecast(String account) throws WireException {
        return admissions
                .quota(ClientId.parse("account", account), QUOTA_WITHIN_MILLIS)
                .thenCompose(answer -> {
                    QuotaReport quota = answer.orNull();
                    return quota == null || quota.limits().stream().noneMatch(EmptyForecast::isOfAccount)
                            ? CompletableFuture.completedFuture(List.of())
                            : forecast(account, quota);
                });
    }

    private CompletableFuture<List<EmptyForecast>> forecast(String account, QuotaReport quota) {
        long nowMillis = quota.decidedAtMillis();
        long toMillis = UsageWindow.MINUTE.startOf(nowMillis) + UsageWindow.MINUTE.millis();
        long fromMillis = Math.max(0, toMillis - EmptyForecast.MINUTES * UsageWindow.MINUTE.millis());
        try {
            return usage.usage(account, UsageWindow.MINUTE, fromMillis, toMillis)
                    .thenApply(answer -> answer instanceof UsageService.Answered<UsageReply> answered
                            ? EmptyForecast.of(quota.limits(), answered.value().windows(), nowMillis)
                            : List.of());
        } catch (WireException e) {
            throw new IllegalStateException("an hour is a span", e);
        }
    }

    private static HttpAnswer answer(
            UsageService.Answer<UsageReply> answer, UsageWindow window, List<EmptyForecast> forecasts) {
        if (answer instanceof UsageService.Unavailable<UsageReply> unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        UsageReply reply = ((UsageService.Answered<UsageReply>) answer).value();
        return HttpAnswer.ok(json -> {
            json.writeStringField("account", reply.account());
            json.writeStringField("step", window.wireName());
            UsageReplyJson.writeWindows(json, reply.windows());
            if (reply.nextFromMillis() != null) {
                json.writeNumberField("nextFromMillis", reply.nextFromMillis());
            }
            if (!forecasts.isEmpty()) {
                EmptyForecast.write(json, forecasts);
            }
        });
    }

    private CompletableFuture<HttpAnswer> top(ApiRequest request) throws WireException {
        String query = request.query();
        RequestUrl.expectOnly(query, "by", "window", "limit");
        String by = RequestUrl.parameter(query, "by");
        String length = RequestUrl.parameter(query, "window");
        Ranking ranking = by == null ? Ranking.DENIED : Ranking.of("by", by);
        UsageWindow window = length == null ? UsageWindow.HOUR : UsageWindow.of("window", length);
        return usage.top(ranking, window, limit(RequestUrl.parameter(query, "limit")))
                .thenApply(answer -> answer(answer, ranking, window));
    }

    private CompletableFuture<HttpAnswer> accounts(ApiRequest request) throws WireException {
        String query = request.query();
        RequestUrl.expectOnly(query, "prefix", "limit");
        String given = RequestUrl.parameter(query, "prefix");
        String prefix = given == null ? "" : given;
        return usage.accounts(prefix, limit(RequestUrl.parameter(query, "limit")))
                .thenApply(answer -> answer(answer, prefix));
    }

    private static HttpAnswer answer(UsageService.Answer<List<String>> answer, String prefix) {
        if (answer instanceof UsageService.Unavailable<List<String>> unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        List<String> accounts = ((UsageService.Answered<List<String>>) answer).value();
        return HttpAnswer.ok(json -> {
            json.writeStringField("prefix", prefix);
            json.writeArrayFieldStart("accounts");
            for (String account : accounts) {
                json.writeString(account);
            }
            json.writeEndArray();
        });
    }

    private static long limit(@Nullable String text) throws WireException {
        try {
            return text == null ? RANKS : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new WireException("limit", "no number (expected: 1..100)");
        }
    }

    private static HttpAnswer answer(
            UsageService.Answer<UsageService.Top> answer, Ranking ranking, UsageWindow window) {
        if (answer instanceof UsageService.Unavailable<UsageService.Top> unavailable) {
            return Problem.unavailable(unavailable.detail());
        }
        UsageService.Top top = ((UsageService.Answered<UsageService.Top>) answer).value();
        return HttpAnswer.ok(json -> {
            json.writeStringField("by", ranking.wireName());
            json.writeStringField("window", window.wireName());
            json.writeNumberField("fromMillis", top.fromMillis());
            if (top.accounts() >= 0) {
                json.writeNumberField("accounts", top.accounts());
            }
            json.writeArrayFieldStart("ranks");
            for (UsageService.Rank rank : top.ranks()) {
                json.writeStartObject();
                json.writeStringField(ranking.isSpread() ? "address" : "account", rank.key());
                json.writeNumberField("count", rank.count());
                json.writeNumberField("error", rank.error());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static String account(ApiRequest request) throws WireException {
        ClientId account = ClientId.parse("account", request.path("account"));
        if (!account.text().equals(account.account())) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return account.text();
    }
}
