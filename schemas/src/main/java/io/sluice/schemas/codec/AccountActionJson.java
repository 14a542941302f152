package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of one change of an account: in its command, in the audit trail and over REST. */
public final class AccountActionJson {
    private static final String ACTIONS =
            "set-tier, clear-tier, override, remove-override, allow, deny, unlist, reset, pardon, redeem, grant, "
                    + "add-credit or remove-credit";

    private static final List<String> ALL_MEMBERS = List.of(
            "tier",
            "limit",
            "override",
            "untilMillis",
            "message",
            "scope",
            "tokens",
            "client",
            "token",
            "credit",
            "first",
            "fromMillis");
    private static final Map<String, List<String>> MEMBERS = Map.ofEntries(
            Map.entry("set-tier", List.of("tier")),
            Map.entry("clear-tier", List.of()),
            Map.entry("override", List.of("limit", "override")),
            Map.entry("remove-override", List.of("limit")),
            Map.entry("allow", List.of("untilMillis", "message")),
            Map.entry("deny", List.of("untilMillis", "message")),
            Map.entry("unlist", List.of()),
            Map.entry("reset", List.of("limit", "scope")),
            Map.entry("pardon", List.of("client")),
            Map.entry("redeem", List.of("token")),
            Map.entry("grant", List.of("limit", "scope", "tokens")),
            Map.entry(
                    "add-credit", List.of("credit", "limit", "scope", "tokens", "first", "fromMillis", "untilMillis")),
            Map.entry("remove-credit", List.of("credit")));

    static final Members.Shape SHAPE = Members.Shape.of(AccountActionJson::name, "tier", "limit", "credit")
            .and(AccountActionJson::override, "override")
            .and(AccountActionJson::message, "message")
            .and(AccountActionJson::scope, "scope")
            .and(AccountActionJson::client, "client")
            .and(AccountActionJson::token, "token")
            .and(Json::flag, "first")
            .and(Json::integer, "untilMillis", "tokens", "fromMillis");

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
        if (action instanceof AccountCommand.Pardon) {
            return "pardon";
        }
        if (action instanceof AccountCommand.Redeem) {
            return "redeem";
        }
        if (action instanceof AccountCommand.AddCredit) {
            return "add-credit";
        }
        if (action instanceof AccountCommand.RemoveCredit) {
            return "remove-credit";
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
        } else if (action instanceof AccountCommand.Pardon pardon && pardon.clientId() != null) {
            json.writeStringField("client", pardon.clientId());
        } else if (action instanceof AccountCommand.Redeem redeem) {
            json.writeStringField("token", redeem.token());
        } else if (action instanceof AccountCommand.AddCredit add) {
            json.writeStringField("credit", add.credit().id());
            ProfileJson.writeCredit(json, add.credit());
        } else if (action instanceof AccountCommand.RemoveCredit remove) {
            json.writeStringField("credit", remove.id());
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

    /** Reads an action, its name and its members, from an object that may also have these other members. */
    public static AccountCommand.Action decode(String text, List<String> others) throws WireException {
        Members members = SHAPE.and(Json::text, "action").readStrictly(text);
        expectOnly(members, others);
        return action(members.text("action"), members);
    }

    /** Checks that an action has no members but its own, its name, and these others. */
    static void expectOnly(Members members, List<String> others) throws WireException {
        List<String> names = new ArrayList<>(others);
        names.add("action");
        // If the action does not exist, report only that.
        members.expectOnly(names, MEMBERS.getOrDefault(members.text("action"), ALL_MEMBERS));
    }

    private static String name(String field, JsonParser json) throws IOException, WireException {
        return filled(field, Json.text(field, json), AccountCommand.NAME_CHARS_MAX);
    }

    private static String override(String field, JsonParser json) throws IOException, WireException {
        Json.expectObject(field, json);
        return filled(field, DocumentTree.textOf(field, json), AccountCommand.OVERRIDE_CHARS_MAX);
    }

    private static String client(String field, JsonParser json) throws IOException, WireException {
        return ClientId.parse(field, Json.text(field, json)).text();
    }

    private static String token(String field, JsonParser json) throws IOException, WireException {
        return filled(field, Json.text(field, json), Challenge.TOKEN_CHARS_MAX);
    }

    private static String message(String field, JsonParser json) throws IOException, WireException {
        return plain(field, Json.text(field, json), AccountCommand.MESSAGE_CHARS_MAX);
    }

    private static List<String> scope(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException(field, "not a list (expected: a list of strings)");
        }
        List<String> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (values.size() == AccountCommand.SCOPE_VALUES_MAX) {
                throw new WireException(
                        field, "too many values (expected: at most " + AccountCommand.SCOPE_VALUES_MAX + ")");
            }
            values.add(plain(field, Json.text(field, json), AccountCommand.SCOPE_VALUE_CHARS_MAX));
        }
        return values;
    }

    /** The action of a name, out of members that were read by {@link #SHAPE}. */
    static AccountCommand.Action action(String name, Members members) throws WireException {
        return switch (name) {
            case "set-tier" -> new AccountCommand.SetTier(required("tier", members));
            case "clear-tier" -> new AccountCommand.SetTier(null);
            case "override" ->
                new AccountCommand.SetOverride(required("limit", members), required("override", members));
            case "remove-override" -> new AccountCommand.SetOverride(required("limit", members), null);
            case "allow" -> listing(true, members);
            case "deny" -> listing(false, members);
            case "unlist" -> new AccountCommand.SetListing(null);
            case "reset" -> reset(members);
            case "pardon" -> new AccountCommand.Pardon(members.optionalText("client"));
            case "redeem" -> new AccountCommand.Redeem(required("token", members));
            case "add-credit" -> addCredit(members);
            case "remove-credit" -> new AccountCommand.RemoveCredit(required("credit", members));
            case "grant" ->
                new AccountCommand.Grant(
                        required("limit", members), members.list(String.class, "scope"), tokens(members));
            default -> throw new WireException("action", "unknown (expected: " + ACTIONS + ")");
        };
    }

    private static AccountCommand.Action listing(boolean allow, Members members) throws WireException {
        Long untilMillis = members.optionalInteger("untilMillis");
        if (untilMillis != null && untilMillis < 1) {
            throw new WireException("untilMillis", untilMillis + " (expected: milliseconds since the epoch)");
        }
        return new AccountCommand.SetListing(new Profile.Listing(allow, untilMillis, members.text("message")));
    }

    private static AccountCommand.Action addCredit(Members members) throws WireException {
        long fromMillis = members.integer("fromMillis");
        expectMoment("fromMillis", fromMillis, 0);
        Long untilMillis = members.optionalInteger("untilMillis");
        if (untilMillis != null) {
            expectMoment("untilMillis", untilMillis, fromMillis + 1);
        }
        return new AccountCommand.AddCredit(new Profile.Credit(
                required("credit", members),
                required("limit", members),
                members.list(String.class, "scope"),
                tokens(members),
                members.flag("first"),
                fromMillis,
                untilMillis));
    }

    private static void expectMoment(String field, long millis, long minMillis) throws WireException {
        if (millis < minMillis || millis > AccountCommand.MOMENT_MILLIS_MAX) {
            throw new WireException(
                    field, millis + " (expected: " + minMillis + ".." + AccountCommand.MOMENT_MILLIS_MAX + ")");
        }
    }

    private static AccountCommand.Action reset(Members members) throws WireException {
        String limit = members.optionalText("limit");
        boolean scoped = members.optional(List.class, "scope") != null;
        List<String> scope = members.list(String.class, "scope");
        if (scoped && limit == null) {
            throw new WireException("scope", scope + " (expected: only with a limit)");
        }
        return new AccountCommand.Reset(limit, scoped ? scope : null);
    }

    private static long tokens(Members members) throws WireException {
        Long tokens = members.optionalInteger("tokens");
        if (tokens == null || tokens < 1 || tokens > AccountCommand.TOKENS_MAX) {
            throw new WireException(
                    "tokens",
                    (tokens == null ? "missing" : tokens) + " (expected: 1.." + AccountCommand.TOKENS_MAX + ")");
        }
        return tokens;
    }

    private static String required(String field, Members members) throws WireException {
        String value = members.optionalText(field);
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
