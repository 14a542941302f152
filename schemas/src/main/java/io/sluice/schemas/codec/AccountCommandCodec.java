package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A change of an account as JSON: the payload of a control record; schema {@code account-command.v1.json}. */
public final class AccountCommandCodec {
    private static final String KIND = "account-command";

    /** The members of every command, beside those of its action. */
    private static final List<String> MEMBERS =
            List.of("v", "kind", "account", "commandId", "principal", "reason", "expectedVersion", "reply");

    private AccountCommandCodec() {}

    /** The JSON text that is signed. */
    public static String encode(AccountCommand command) {
        return new String(
                Json.written(json -> {
                    json.writeNumberField("v", Json.FORMAT_VERSION);
                    // Keeps a signed command from passing for anything else that is signed, and the other way round.
                    json.writeStringField("kind", KIND);
                    json.writeStringField("account", command.account());
                    json.writeStringField("commandId", command.commandId());
                    json.writeStringField("principal", command.principal());
                    json.writeStringField("reason", command.reason());
                    json.writeNumberField("expectedVersion", command.expectedVersion());
                    json.writeStringField("action", AccountActionJson.nameOf(command.action()));
                    AccountActionJson.write(json, command.action());
                    RequestCodec.writeReply(json, command.reply());
                }),
                StandardCharsets.UTF_8);
    }

    /** Whether a payload claims to be such a command; it may yet be a bad one. */
    public static boolean isOne(String payload) {
        return isOfKind(KIND, payload);
    }

    static boolean isOfKind(String wanted, String payload) {
        try (JsonParser json = Json.FACTORY.createParser(payload)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean kind = json.currentName().equals("kind");
                json.nextToken();
                if (kind) {
                    return json.currentToken() == JsonToken.VALUE_STRING
                            && json.getText().equals(wanted);
                }
                json.skipChildren();
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    public static AccountCommand decode(String payload) throws WireException {
        Draft draft = new Draft();
        Set<String> given = Json.namedFields(payload, draft::read);
        return draft.command(given);
    }

    private static final class Draft {
        private final AccountActionJson.Draft action = new AccountActionJson.Draft();
        private long version;
        private String kind = "";
        private String account = "";
        private String commandId = "";
        private String principal = "";
        private String reason = "";
        private String actionName = "";
        private long expectedVersion = -1;
        private @Nullable ReplyAddress reply;

        void read(String name, JsonParser json) throws IOException, WireException {
            switch (name) {
                case "v" -> version = Json.integer(name, json);
                case "kind" -> kind = Json.text(name, json);
                case "account" -> account = Json.text(name, json);
                case "commandId" -> commandId = Json.text(name, json);
                case "principal" -> principal = Json.text(name, json);
                case "reason" -> reason = Json.text(name, json);
                case "action" -> actionName = Json.text(name, json);
                case "expectedVersion" -> expectedVersion = Json.integer(name, json);
                case "reply" -> reply = RequestDraft.replyAddress(json);
                default -> {
                    if (!action.read(name, json)) {
                        json.skipChildren();
                    }
                }
            }
        }

        AccountCommand command(Set<String> given) throws WireException {
            if (version != Json.FORMAT_VERSION) {
                throw new WireException("v", version + " (expected: " + Json.FORMAT_VERSION + ")");
            }
            if (!kind.equals(KIND)) {
                throw new WireException("kind", "unknown (expected: " + KIND + ")");
            }
            AccountActionJson.checkMembers(actionName, given, MEMBERS);
            ClientId checked = ClientId.parse("account", account);
            if (!checked.account().equals(account)) {
                throw new WireException("account", "a client ID (expected: its first segment)");
            }
            ControlCommandCodec.filled("commandId", commandId, ControlCommand.COMMAND_ID_CHARS_MAX);
            ControlCommandCodec.filled("principal", principal, ControlCommand.PRINCIPAL_CHARS_MAX);
            ControlCommandCodec.filled("reason", reason, ControlCommand.REASON_CHARS_MAX);
            if (expectedVersion < 0) {
                throw new WireException("expectedVersion", "missing or negative (expected: at least 0)");
            }
            return new AccountCommand(
                    account, commandId, principal, reason, expectedVersion, action.action(actionName), reply);
        }
    }
}
