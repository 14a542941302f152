package io.sluice.api.admin;

import io.sluice.api.server.ApiRequest;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.codec.MemberNames;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request for a step: one JSON object.
 *
 * @param principal the caller's name
 */
public record CommandBody(Map<?, ?> members, String principal) {
    /** The longest body with a ruleset document: twice the longest document, for one that is laid out for people. */
    public static final int DOCUMENT_BYTES_MAX = 2 * RulesetActivation.DOCUMENT_CHARS_MAX;

    /** Reads the body of a request. */
    static CommandBody of(ApiRequest request) throws WireException {
        Object tree = DocumentTree.ofJson(request.body());
        if (!(tree instanceof Map<?, ?> members)) {
            throw new WireException("", "not an object (expected: a JSON object)");
        }
        return new CommandBody(members, request.caller().name());
    }

    /** The same body, if it has members of these names only. */
    CommandBody only(String... names) throws WireException {
        MemberNames.of(List.of(names)).check(members.keySet());
        return this;
    }

    /** Who takes the step, and why. */
    ControlPlane.By by() throws WireException {
        return new ControlPlane.By(principal, reason());
    }

    /** The reason: every step has one. */
    String reason() throws WireException {
        Object reason = members.get("reason");
        if (!(reason instanceof String text) || text.isBlank() || text.length() > ControlCommand.REASON_CHARS_MAX) {
            throw new WireException(
                    "reason",
                    "missing, blank or too long (expected: 1.." + ControlCommand.REASON_CHARS_MAX + " characters)");
        }
        return text;
    }

    /** The whole body as compact JSON text. */
    String json() {
        return DocumentTree.toJson(members);
    }

    /** A number of at least {@code min}; null if it is left out. */
    @Nullable Long number(String name, long min) throws WireException {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Long number) || number < min) {
            throw new WireException(name, value + " (expected: an integer of at least " + min + ")");
        }
        return number;
    }

    /** The document as compact JSON text. */
    String documentJson() throws WireException {
        Object document = members.get("document");
        if (!(document instanceof Map<?, ?>)) {
            throw new WireException("document", "missing or not an object (expected: a ruleset document)");
        }
        return DocumentTree.toJson(document);
    }
}
