package io.sluice.api.usage;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageRecord;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.schemas.usage.UsageWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forecast when a limit of an account will be empty, if the account continues at the rate of the last hour, or of
 * the last five minutes if that was higher.
 *
 * @param limitId the limit
 * @param limit the most tokens that its bucket holds
 * @param remaining tokens left
 * @param chargedLastHour tokens that it took in the last 60 minutes, less those given back
 * @param chargedLastFiveMinutes the same of the last 5 minutes
 * @param emptyAtMillis when it will be empty; null if not, or not before its tokens come back
 */
record EmptyForecast(
        String limitId,
        long limit,
        long remaining,
        long chargedLastHour,
        long chargedLastFiveMinutes,
        @Nullable Long emptyAtMillis) {
    /** The minutes that a forecast is made of. */
    static final int MINUTES = 60;

    private static final int FAST_MINUTES = 5;

    /**
     * Forecasts for the limits with the scope account, since usage is not counted by client.
     *
     * @param minutes the usage of the last hour, by minute
     */
    static List<EmptyForecast> of(List<LimitStatus> limits, List<UsageRecord> minutes, long nowMillis) {
        List<EmptyForecast> forecasts = new ArrayList<>();
        for (LimitStatus limit : limits) {
            if (isOfAccount(limit)) {
                forecasts.add(of(limit, minutes, nowMillis));
            }
        }
        return forecasts;
    }

    static boolean isOfAccount(LimitStatus limit) {
        return limit.scope().isEmpty();
    }

    private static EmptyForecast of(LimitStatus limit, List<UsageRecord> minutes, long nowMillis) {
        long hour = charged(limit.id(), minutes, nowMillis, MINUTES);
        long fast = charged(limit.id(), minutes, nowMillis, FAST_MINUTES);
        long perHour = Math.max(hour, Math.multiplyExact(fast, (long) MINUTES / FAST_MINUTES));
        return new EmptyForecast(
                limit.id(), limit.limit(), limit.remaining(), hour, fast, emptyAt(limit, perHour, nowMillis));
    }

    private static long charged(String limitId, List<UsageRecord> minutes, long nowMillis, int count) {
        long from = nowMillis - count * UsageWindow.MINUTE.millis();
        long charged = 0;
        for (UsageRecord minute : minutes) {
            if (minute.fromMillis() > from) {
                for (UsageRow row : minute.rows()) {
                    charged += row.limitId().equals(limitId) ? row.charged() : 0;
                }
            }
        }
        return Math.max(0, charged);
    }

    private static @Nullable Long emptyAt(LimitStatus limit, long perHour, long nowMillis) {
        QuotaLevel level = new QuotaLevel(
                limit.limit(),
                Math.max(0, limit.remaining()),
                limit.windowMillis(),
                limit.resetAfterMillis(),
                limit.nextTokenMillis());
        return level.emptyAtMillis(perHour, nowMillis);
    }

    static void write(JsonGenerator json, List<EmptyForecast> forecasts) throws IOException {
        json.writeArrayFieldStart("forecast");
        for (EmptyForecast forecast : forecasts) {
            json.writeStartObject();
            json.writeStringField("limitId", forecast.limitId());
            json.writeNumberField("limit", forecast.limit());
            json.writeNumberField("remaining", forecast.remaining());
            json.writeNumberField("chargedLastHour", forecast.chargedLastHour());
            json.writeNumberField("chargedLastFiveMinutes", forecast.chargedLastFiveMinutes());
            if (forecast.emptyAtMillis() != null) {
                json.writeNumberField("emptyAtMillis", forecast.emptyAtMillis());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
