package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.request.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of one change of an account: in its command, in the audit trail and over REST. */
public final class AccountActionJson {
    private static final String ACTIONS =
            "set-tier, clear-tier, override, remove-override, allow, deny, unlist, reset or grant";

    private static final List<String> ALL_MEMBERS =
            List.of("tier", "limit", "override", "untilMillis", "message", "scope", "tokens");
    private static final Map<String, List<String>> MEMBERS = Map.of(
            "set-tier", List.of("tier"),
            "clear-tier", List.of(),
            "override", List.of("limit", "override"),
            "remove-override", List.of("limit"),
            "allow", List.of("untilMillis", "message"),
            "deny", List.of("untilMillis", "message"),
            "unlist", List.of(),
            "reset", List.of("limit", "scope"),
            "grant", List.of("limit", "scope", "tokens"));

    private AccountActionJson() {}

    /** The name of the action on the wire. */
    public static String nameOf(AccountCommand.Action action) {
        if (action instanceof AccountCommand.SetTier set) {
            return set.tier() == null ? "clear-tier" : "set-tier";
        }
        if (action instanceof AccountCommand.SetOverride set) {
            return set.overrideJson() == null ? "remove-override" : "override";
        }
        if (action instanceof AccountCommand.SetListing set) {
            return set.listing() == null ? "unlist" : set.listing().allow() ? "allow" : "deny";
        }
        return action instanceof AccountCommand.Reset ? "reset" : "grant";
    }

    /** Writes the members of an action, but its name, into the object that is open. */
    public static void write(JsonGenerator json, AccountCommand.Action action) throws IOException {
        if (action instanceof AccountCommand.SetTier set && set.tier() != null) {
            json.writeStringField("tier", set.tier());
        } else if (action instanceof AccountCommand.SetOverride set) {
            json.writeStringField("limit", set.limitId());
            if (set.overrideJson() != null) {
                json.writeFieldName("override");
                json.writeRawValue(set.overrideJson());
            }
        } else if (action instanceof AccountCommand.SetListing set && set.listing() != null) {
            ProfileJson.writeListing(json, set.listing());
        } else if (action instanceof AccountCommand.Reset reset) {
            if (reset.limitId() != null) {
                json.writeStringField("limit", reset.limitId());
            }
            writeScope(json, reset.scope());
        } else if (action instanceof AccountCommand.Grant grant) {
            json.writeStringField("limit", grant.limitId());
            writeScope(json, grant.scope());
            json.writeNumberField("tokens", grant.tokens());
        }
    }

    private static void writeScope(JsonGenerator json, @Nullable List<String> scope) throws IOException {
        if (scope != null) {
            json.writeArrayFieldStart("scope");
            for (String value : scope) {
                json.writeString(value);
            }
            json.writeEndArray();
        }
    }

    /** Reads an action, its name and its members, out of an object that may have members of these names as well. */
    public static AccountCommand.Action decode(String text, List<String> others) throws WireException {
        Draft draft = new Draft();
        String[] action = {""};
        Set<String> given = Json.namedFields(text, (name, value) -> {
            if (name.equals("action")) {
                action[0] = Json.text(name, value);
            } else if (!draft.read(name, value)) {
                value.skipChildren();
            }
        });
        checkMembers(action[0], given, others);
        return draft.action(action[0]);
    }

    /** Checks that an action has no members but its own, its name, and these others. */
    static void checkMembers(String action, Set<String> given, List<String> others) throws WireException {
        List<String> names = new ArrayList<>(others);
        names.add("action");
        // Of an action that there is not, it is enough to say so.
        names.addAll(MEMBERS.getOrDefault(action, ALL_MEMBERS));
        MemberNames.of(names).check(given);
    }

    /** Members as they are read. */
    static final class Draft {
        private @Nullable String tier;
        private @Nullable String limit;
        private @Nullable String override;
        private @Nullable Long untilMillis;
        private String message = "";
        private @Nullable List<String> scope;
        private @Nullable Long tokens;

        /** Reads a member; false, and nothing is read, if it is none of these. */
        boolean read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "tier" -> tier = filled(name, Json.text(name, json), AccountCommand.NAME_CHARS_MAX);
                case "limit" -> limit = filled(name, Json.text(name, json), AccountCommand.NAME_CHARS_MAX);
                case "override" -> override = override(json);
                case "untilMillis" -> untilMillis = Json.integer(name, json);
                case "message" -> message = plain(name, Json.text(name, json), AccountCommand.MESSAGE_CHARS_MAX);
                case "scope" -> scope = scope(json);
                case "tokens" -> tokens = Json.integer(name, json);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static String override(JsonParser json) throws IOException, WireException {
            Json.expectObject("override", json);
            return filled("override", DocumentTree.textOf("override", json), AccountCommand.OVERRIDE_CHARS_MAX);
        }

        private static List<String> scope(JsonParser json) throws IOException, WireException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new WireException("scope", "not a list (expected: a list of strings)");
            }
            List<String> values = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (values.size() == AccountCommand.SCOPE_VALUES_MAX) {
                    throw new WireException(
                            "scope", "too many values (expected: at most " + AccountCommand.SCOPE_VALUES_MAX + ")");
                }
                values.add(plain("scope", Json.text("scope", json), AccountCommand.SCOPE_VALUE_CHARS_MAX));
            }
            return values;
        }

        AccountCommand.Action action(String name) throws WireException {
            return switch (name) {
                case "set-tier" -> new AccountCommand.SetTier(required("tier", tier));
                case "clear-tier" -> new AccountCommand.SetTier(null);
                case "override" ->
                    new AccountCommand.SetOverride(required("limit", limit), required("override", override));
                case "remove-override" -> new AccountCommand.SetOverride(required("limit", limit), null);
                case "allow" -> new AccountCommand.SetListing(new Profile.Listing(true, until(), message));
                case "deny" -> new AccountCommand.SetListing(new Profile.Listing(false, until(), message));
                case "unlist" -> new AccountCommand.SetListing(null);
                case "reset" -> {
                    if (scope != null && limit == null) {
                        throw new WireException("scope", scope + " (expected: only with a limit)");
                    }
                    yield new AccountCommand.Reset(limit, scope);
                }
                case "grant" ->
                    new AccountCommand.Grant(required("limit", limit), scope == null ? List.of() : scope, tokens());
                default -> throw new WireException("action", "unknown (expected: " + ACTIONS + ")");
            };
        }

        private @Nullable Long until() throws WireException {
            if (untilMillis != null && untilMillis < 1) {
                throw new WireException("untilMillis", untilMillis + " (expected: milliseconds since the epoch)");
            }
            return untilMillis;
        }

        private long tokens() throws WireException {
            if (tokens == null || tokens < 1 || tokens > AccountCommand.TOKENS_MAX) {
                throw new WireException(
                        "tokens",
                        (tokens == null ? "missing" : tokens) + " (expected: 1.." + AccountCommand.TOKENS_MAX + ")");
            }
            return tokens;
        }

        private static String required(String field, @Nullable String value) throws WireException {
            if (value == null) {
                throw new WireException(field, "missing (expected: with this action)");
            }
            return value;
        }

        private static String filled(String field, String text, int charsMax) throws WireException {
            if (text.isBlank()) {
                throw new WireException(field, "blank (expected: 1.." + charsMax + " characters)");
            }
            return plain(field, text, charsMax);
        }

        private static String plain(String field, String text, int charsMax) throws WireException {
            Texts.check(field, text, 0, charsMax);
            return text;
        }
    }
}
