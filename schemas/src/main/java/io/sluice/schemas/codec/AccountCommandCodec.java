package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ReplyAddress;
import java.io.IOException;
import java.util.List;

/** A change of an account as JSON: the payload of a control record; schema {@code account-command.v1.json}. */
public final class AccountCommandCodec {
    private static final String KIND = "account-command";

    /** The members of every command, beside those of its action. */
    private static final List<String> MEMBERS =
            List.of("v", "kind", "account", "commandId", "principal", "reason", "expectedVersion", "reply");

    private static final Members.Shape SHAPE = AccountActionJson.SHAPE
            .and(Json::text, "kind", "account", "commandId", "principal", "reason", "action")
            .and(Json::integer, "v", "expectedVersion")
            .and((name, json) -> RequestDraft.replyAddress(json), "reply");

    private AccountCommandCodec() {}

    /** The JSON text to sign. */
    public static String encode(AccountCommand command) {
        return Json.writtenText(json -> {
            json.writeNumberField("v", Json.FORMAT_VERSION);
            // Prevents that a signed command is accepted as another kind of signed document, or the reverse.
            json.writeStringField("kind", KIND);
            json.writeStringField("account", command.account());
            json.writeStringField("commandId", command.commandId());
            json.writeStringField("principal", command.principal());
            json.writeStringField("reason", command.reason());
            json.writeNumberField("expectedVersion", command.expectedVersion());
            json.writeStringField("action", AccountActionJson.nameOf(command.action()));
            AccountActionJson.write(json, command.action());
            RequestCodec.writeReply(json, command.reply());
        });
    }

    /** Whether a payload claims to be such a command; it may still be invalid. */
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
        Members command = SHAPE.readStrictly(payload).ofKind(KIND);
        AccountActionJson.expectOnly(command, MEMBERS);
        ClientId account = ClientId.parse("account", command.text("account"));
        if (!account.account().equals(account.text())) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return new AccountCommand(
                account.text(),
                command.filled("commandId", ControlCommand.COMMAND_ID_CHARS_MAX),
                command.filled("principal", ControlCommand.PRINCIPAL_CHARS_MAX),
                command.filled("reason", ControlCommand.REASON_CHARS_MAX),
                command.seen("expectedVersion"),
                AccountActionJson.action(command.text("action"), command),
                command.optional(ReplyAddress.class, "reply"));
    }
}
