package io.sluice.replay.suggest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A ruleset document with the numbers of one limit scaled, those of tiers included.
 *
 * <p>Tokens are scaled, periods stay: half of {@code rate: {tokens: 100, per: 1m}, burst: 200} is {@code rate: {tokens:
 * 50, per: 1m}, burst: 100}.
 */
public final class ScaledLimit {
    private static final Set<String> NUMBERS = Set.of("burst", "queue", "limit");

    private final Map<?, ?> document;
    private final String limitId;

    /**
     * Finds the limit.
     *
     * @param document a ruleset document as a tree of JDK types
     * @throws IllegalArgumentException if it has no such limit
     */
    public ScaledLimit(@Nullable Object document, String limitId) {
        this.limitId = limitId;
        if (!(document instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("document: no object (expected: a ruleset)");
        }
        this.document = members;
        List<String> ids =
                limits().stream().map(limit -> String.valueOf(limit.get("id"))).toList();
        if (!ids.contains(limitId)) {
            throw new IllegalArgumentException(
                    "limit: " + limitId + " (expected: one of " + String.join(", ", ids) + ")");
        }
    }

    private List<Map<?, ?>> limits() {
        List<Map<?, ?>> limits = new ArrayList<>();
        for (Object limit : document.get("limits") instanceof List<?> list ? list : List.of()) {
            if (limit instanceof Map<?, ?> members) {
                limits.add(members);
            }
        }
        return limits;
    }

    /** The document with the limit's numbers multiplied; each is at least 1. */
    public Map<String, @Nullable Object> document(Factor factor) {
        Map<String, @Nullable Object> scaled = copied(document);
        List<@Nullable Object> limits = new ArrayList<>();
        for (Map<?, ?> limit : limits()) {
            limits.add(limitId.equals(limit.get("id")) ? scaled(limit, factor) : limit);
        }
        scaled.put("limits", limits);
        return scaled;
    }

    /** The numbers of the limit as they are then: {@code rate.tokens 50, burst 100}. */
    public String numbers(Factor factor) {
        for (Map<?, ?> limit : limits()) {
            if (limitId.equals(limit.get("id"))) {
                List<String> numbers = new ArrayList<>();
                numbers("", scaled(limit, factor), numbers);
                return String.join(", ", numbers);
            }
        }
        throw new IllegalStateException("the limit was there before");
    }

    private static void numbers(String path, Map<?, ?> section, List<String> numbers) {
        if (section.get("rate") instanceof Map<?, ?> rate) {
            numbers.add(path + "rate.tokens " + rate.get("tokens"));
        }
        section.forEach((name, value) -> {
            if (NUMBERS.contains(String.valueOf(name))) {
                numbers.add(path + name + " " + value);
            }
        });
        if (section.get("tiers") instanceof Map<?, ?> tiers) {
            tiers.forEach((tier, own) -> {
                if (own instanceof Map<?, ?> members) {
                    numbers(tier + ": ", members, numbers);
                }
            });
        }
    }

    private static Map<String, @Nullable Object> scaled(Map<?, ?> section, Factor factor) {
        Map<String, @Nullable Object> scaled = copied(section);
        for (String name : NUMBERS) {
            if (scaled.get(name) instanceof Long number) {
                scaled.put(name, factor.of(number));
            }
        }
        if (section.get("rate") instanceof Map<?, ?> rate) {
            Map<String, @Nullable Object> scaledRate = copied(rate);
            if (rate.get("tokens") instanceof Long tokens) {
                scaledRate.put("tokens", factor.of(tokens));
            }
            scaled.put("rate", scaledRate);
        }
        if (section.get("tiers") instanceof Map<?, ?> tiers) {
            Map<String, @Nullable Object> scaledTiers = new LinkedHashMap<>();
            tiers.forEach((tier, own) -> scaledTiers.put(
                    String.valueOf(tier), own instanceof Map<?, ?> members ? scaled(members, factor) : own));
            scaled.put("tiers", scaledTiers);
        }
        return scaled;
    }

    private static Map<String, @Nullable Object> copied(Map<?, ?> members) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        members.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }
}
