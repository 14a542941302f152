package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.usage.DecisionCounts;
import io.sluice.schemas.usage.DecisionCounts.Kind;
import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.DecisionCounts.LimitAnswer;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader that takes from a record of the decision topic only what usage needs.
 *
 * <p>{@link DecisionCodec} reads and checks the whole record. This reader takes about half the time, and reading is
 * most of the cost of a count. A test compares both on the same records.
 */
public final class DecisionCountsReader {
    private static final String DENY = "deny";
    private static final String SHADOW = "shadow";
    private static final String REFUND = "refund";
    private static final int LEVEL_PARTS = 5;

    private DecisionCountsReader() {}

    /**
     * Reads a record.
     *
     * @throws WireException if it has another version or type, or is no such record
     */
    public static DecisionCounts read(byte[] value) throws WireException {
        Draft draft = new Draft();
        try (JsonParser json = Json.parser(value)) {
            json.nextToken();
            Json.expectObject("", json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                draft.read(name, json);
            }
        } catch (IOException e) {
            throw Json.notJson(e);
        }
        return draft.counts();
    }

    private static long or(@Nullable Long given, long otherwise) {
        return given == null ? otherwise : given;
    }

    /** The answer of a limit; with its cost and charge only if they are not those of the request. */
    private record ReadLimit(
            String id,
            UsageOutcome outcome,
            @Nullable Long ownCost,
            @Nullable Long ownCharge,
            @Nullable QuotaLevel level) {
        boolean isShadow() {
            return outcome == UsageOutcome.SHADOW_ALLOWED || outcome == UsageOutcome.SHADOW_REFUSED;
        }

        /**
         * Only limits that let the admission through took its tokens, not exceeded ones or those in shadow. A replay
         * shows the charges of the first answer, which were counted then.
         */
        LimitAnswer answer(long asked, long charged, boolean replayed) {
            boolean took = !replayed && (outcome == UsageOutcome.ALLOWED || outcome == UsageOutcome.THROTTLED);
            return new LimitAnswer(
                    id,
                    outcome,
                    or(asked == 0 ? null : ownCost, asked),
                    took ? or(ownCharge, charged) : 0,
                    replayed ? null : level);
        }
    }

    private static final class Draft {
        private final List<String> clientIds = new ArrayList<>(1);
        private final List<ReadLimit> limits = new ArrayList<>();
        private Map<String, Long> charges = Map.of();
        private List<String> limitIds = List.of();
        private long version;
        private String type = "";
        private String account = "";
        private @Nullable String address;
        private String tier = "";
        private String routeTemplate = "";
        private String verdict = "";
        private String action = "";
        private String outcome = "";
        private String mode = "";
        private @Nullable String reservationId;
        private boolean replayed;
        private long allowed;
        private long denied;
        private long cost;
        private long spent;
        private long charged;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> version = Json.integer(name, json);
                case "type" -> type = Json.text(name, json);
                case "account" -> account = Json.text(name, json);
                case "clientId" -> clientIds.add(Json.text(name, json));
                case "attributes" -> readAddress(json);
                case "checks" -> readChecks(json);
                case "charges" -> readCharges(json);
                case "limits" -> readLimits(json);
                case "limitIds" -> limitIds = Json.texts(name, json);
                case "tier" -> tier = Json.text(name, json);
                case "routeTemplate" -> routeTemplate = Json.text(name, json);
                case "verdict" -> verdict = Json.text(name, json);
                case "action" -> action = Json.text(name, json);
                case "outcome" -> outcome = Json.text(name, json);
                case "mode" -> mode = Json.text(name, json);
                case "reservationId" -> reservationId = Json.text(name, json);
                case "replayed" -> replayed = Json.flag(name, json);
                case "allowed" -> allowed = Json.integer(name, json);
                case "denied" -> denied = Json.integer(name, json);
                case "cost" -> cost = Json.integer(name, json);
                case "spent" -> spent = Json.integer(name, json);
                case "charged" -> charged = Json.integer(name, json);
                default -> json.skipChildren();
            }
        }

        private void readAddress(JsonParser json) throws IOException, WireException {
            Json.expectObject("attributes", json);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isAddress = json.currentName().equals(AnonymousClient.ADDRESS_ATTRIBUTE);
                json.nextToken();
                if (isAddress) {
                    address = Json.text("attributes", json);
                } else {
                    json.skipChildren();
                }
            }
        }

        private void readChecks(JsonParser json) throws IOException, WireException {
            Json.expectList("checks", json);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject("checks", json);
                long[] checkCost = {1};
                Json.fields(json, (name, value) -> {
                    switch (name) {
                        case "clientId" -> clientIds.add(Json.text(name, value));
                        case "cost" -> checkCost[0] = Json.integer(name, value);
                        case "attributes" -> readAddress(value);
                        // All checks of a batch have the same.
                        case "mode" -> mode = Json.text(name, value);
                        default -> value.skipChildren();
                    }
                });
                cost += checkCost[0];
            }
        }

        private void readCharges(JsonParser json) throws IOException, WireException {
            Json.expectList("charges", json);
            charges = new HashMap<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject("charges", json);
                String[] limitId = {""};
                long[] tokens = {0};
                Json.fields(json, (name, value) -> {
                    switch (name) {
                        case "limitId" -> limitId[0] = Json.text(name, value);
                        case "tokens" -> tokens[0] = Json.integer(name, value);
                        default -> value.skipChildren();
                    }
                });
                charges.merge(limitId[0], tokens[0], Long::sum);
            }
        }

        private void readLimits(JsonParser json) throws IOException, WireException {
            Json.expectList("limits", json);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Json.expectObject("limits", json);
                limits.add(limit(json));
            }
        }

        private static ReadLimit limit(JsonParser json) throws IOException, WireException {
            String id = "";
            String limitAction = "";
            boolean refused = true;
            boolean enforced = true;
            boolean isOfAccount = false;
            long[] level = new long[LEVEL_PARTS];
            Long ownCost = null;
            Long ownCharge = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "id" -> id = Json.text(name, json);
                    case "scope" -> isOfAccount = Json.text(name, json).isEmpty();
                    case "limit" -> level[0] = Json.integer(name, json);
                    case "remaining" -> level[1] = Json.integer(name, json);
                    case "windowMillis" -> level[2] = Json.integer(name, json);
                    case "resetAfterMillis" -> level[3] = Json.integer(name, json);
                    case "nextTokenMillis" -> level[4] = Json.integer(name, json);
                    case "retryAfterMillis" -> refused = Json.integer(name, json) != 0;
                    case "mode" -> enforced = !Json.text(name, json).equals(SHADOW);
                    case "action" -> limitAction = Json.text(name, json);
                    case "cost" -> ownCost = Json.integer(name, json);
                    case "charged" -> ownCharge = Json.integer(name, json);
                    default -> json.skipChildren();
                }
            }
            UsageOutcome answer;
            if (!enforced) {
                answer = refused ? UsageOutcome.SHADOW_REFUSED : UsageOutcome.SHADOW_ALLOWED;
            } else {
                answer = refused ? refusal(limitAction) : passage(limitAction);
            }
            return new ReadLimit(id, answer, ownCost, ownCharge, enforced && isOfAccount ? level(level) : null);
        }

        /** Null also for numbers that no bucket has. */
        private static @Nullable QuotaLevel level(long[] parts) {
            boolean isPossible = parts[0] >= 1 && parts[1] >= 0 && parts[3] >= 0 && parts[4] >= 0;
            return isPossible && parts[2] >= DecisionCounts.LEVEL_WINDOW_MILLIS_MIN
                    ? new QuotaLevel(parts[0], parts[1], parts[2], parts[3], parts[4])
                    : null;
        }

        private static UsageOutcome refusal(String action) {
            return switch (action) {
                case "challenge" -> UsageOutcome.CHALLENGED;
                case "tag" -> UsageOutcome.TAGGED;
                default -> UsageOutcome.DENIED;
            };
        }

        private static UsageOutcome passage(String action) {
            return action.equals("throttle") ? UsageOutcome.THROTTLED : UsageOutcome.ALLOWED;
        }

        DecisionCounts counts() throws WireException {
            if (version != Json.FORMAT_VERSION) {
                throw new WireException(
                        "v", (version == 0 ? "missing" : version) + " (expected: " + Json.FORMAT_VERSION + ")");
            }
            if (account.isEmpty()) {
                throw new WireException("account", "missing (expected: an account)");
            }
            Kind kind = kind();
            return new DecisionCounts(
                    kind,
                    account,
                    clientIds,
                    address,
                    new Labels(tier, routeTemplate),
                    answer(kind),
                    allowed,
                    denied,
                    asked(kind),
                    charged,
                    answers(kind),
                    replayed ? null : reservationId);
        }

        private Kind kind() throws WireException {
            return switch (type) {
                case "" -> Kind.ADMISSION;
                case BatchJson.TYPE -> Kind.BATCH;
                case LeaseJson.LEASE -> Kind.LEASE;
                case LeaseJson.LEASE_REPORT -> Kind.LEASE_REPORT;
                case SettlementJson.TYPE -> Kind.SETTLEMENT;
                default -> throw new WireException("type", type + " (expected: a type of version 1)");
            };
        }

        private UsageOutcome answer(Kind kind) {
            if (kind == Kind.LEASE || kind == Kind.LEASE_REPORT || kind == Kind.SETTLEMENT) {
                return UsageOutcome.ALLOWED;
            }
            if (verdict.equals(DENY)) {
                return action.equals("challenge") ? UsageOutcome.CHALLENGED : UsageOutcome.DENIED;
            }
            return action.equals("tag") ? UsageOutcome.TAGGED : passage(action);
        }

        /** Nobody knows which requests took the tokens of an expired lease, so no cost is counted for it. */
        private long asked(Kind kind) {
            return switch (kind) {
                // A refund asks for nothing.
                case ADMISSION, BATCH -> mode.equals(REFUND) ? 0 : cost;
                case LEASE_REPORT -> outcome.equals("expired") ? 0 : spent;
                case LEASE, SETTLEMENT -> 0;
            };
        }

        private List<LimitAnswer> answers(Kind kind) {
            List<LimitAnswer> answers = new ArrayList<>(limits.size());
            switch (kind) {
                case ADMISSION -> limits.forEach(limit -> answers.add(limit.answer(asked(kind), charged, replayed)));
                case LEASE, SETTLEMENT ->
                    limits.stream()
                            .filter(limit -> !limit.isShadow() && or(limit.ownCharge(), charged) != 0)
                            .forEach(limit -> answers.add(new LimitAnswer(
                                    limit.id(),
                                    UsageOutcome.ALLOWED,
                                    0,
                                    or(limit.ownCharge(), charged),
                                    limit.level())));
                case LEASE_REPORT ->
                    limitIds.forEach(id -> answers.add(new LimitAnswer(id, UsageOutcome.ALLOWED, spent, charged)));
                case BATCH -> addBatch(answers);
            }
            return answers;
        }

        private void addBatch(List<LimitAnswer> answers) {
            Map<String, Long> left = new HashMap<>(charges);
            Set<String> seen = new HashSet<>();
            for (ReadLimit limit : limits) {
                // Each bucket of a limit is listed, and each answer stands for all checks.
                if (seen.add(limit.outcome() + " " + limit.id())) {
                    answers.add(new LimitAnswer(
                            limit.id(),
                            limit.outcome(),
                            asked(Kind.BATCH),
                            or(left.remove(limit.id()), 0),
                            replayed ? null : limit.level()));
                }
            }
            left.keySet().stream()
                    .sorted()
                    .forEach(id ->
                            answers.add(new LimitAnswer(id, UsageOutcome.ALLOWED, 0, charges.getOrDefault(id, 0L))));
        }
    }
}
