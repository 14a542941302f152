package io.sluice.cli.accounts;

import io.sluice.cli.Counted;
import io.sluice.cli.UtcTime;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Profiles and their changes as lines for a person. */
final class AccountText {
    private AccountText() {}

    static List<String> profile(Answer answer) {
        List<String> lines = new ArrayList<>();
        Object own = answer.body().get("tier");
        lines.add("account " + answer.text("account") + ", version " + answer.number("version") + ": tier "
                + answer.text("effectiveTier") + (own == null ? ", by the ruleset" : ", by its profile"));
        if (own != null && !own.equals(answer.text("effectiveTier"))) {
            lines.add("  tier " + own + " of its profile is not in the ruleset");
        }
        if (answer.body().get("limits") instanceof Map<?, ?> limits) {
            limits.forEach((id, fields) -> lines.add("  limit " + id + ": " + DocumentTree.toJson(fields)));
        }
        if (answer.body().get("listing") instanceof Map<?, ?> listing) {
            Object message = listing.get("message");
            lines.add("  " + listing.get("access") + " " + until(listing.get("untilMillis"))
                    + (message == null ? "" : ": " + message));
        }
        if (answer.body().get("credits") instanceof List<?> credits) {
            credits.forEach(credit -> credit(credit, answer.body().get("creditsLeft"), lines));
        }
        if (answer.body().get("changed") instanceof Map<?, ?> changed) {
            lines.add("  changed " + UtcTime.of(changed.get("atMillis")) + " by " + changed.get("principal") + ": "
                    + changed.get("reason"));
        }
        if (answer.body().containsKey("granted")) {
            lines.add("  " + Counted.of(answer.number("granted"), "token") + " given back");
        }
        return lines;
    }

    private static void credit(Object item, @Nullable Object creditsLeft, List<String> lines) {
        if (!(item instanceof Map<?, ?> credit)) {
            return;
        }
        Object left = creditsLeft instanceof Map<?, ?> map ? map.get(credit.get("id")) : null;
        String amount = left == null ? credit.get("tokens") + " tokens, over" : left + " of " + credit.get("tokens");
        lines.add("  credit " + credit.get("id") + ": " + amount + " on top of " + credit.get("limit")
                + (credit.get("scope") == null ? "" : " " + credit.get("scope"))
                + (Boolean.TRUE.equals(credit.get("first")) ? ", used first" : "")
                + (credit.get("fromMillis") == null ? "" : ", from " + UtcTime.of(credit.get("fromMillis"))) + ", "
                + until(credit.get("untilMillis")));
    }

    static List<String> history(Answer answer) {
        List<String> lines = new ArrayList<>();
        for (Object item : answer.list("entries")) {
            if (item instanceof Map<?, ?> entry) {
                lines.add(entry.get("version") + "  " + UtcTime.of(entry.get("atMillis")) + "  " + entry.get("action")
                        + "  " + entry.get("principal") + "  " + entry.get("reason"));
            }
        }
        if (lines.isEmpty()) {
            lines.add("no changes");
        }
        return lines;
    }

    private static String until(@Nullable Object untilMillis) {
        return untilMillis == null ? "for ever" : "until " + UtcTime.of(untilMillis);
    }
}
