package io.sluice.client.rules;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.PackedText;
import io.sluice.schemas.control.RulesetActivation;
import org.jspecify.annotations.Nullable;

/**
 * A ruleset document that is kept in memory: packed if it is long, since nearly all that are kept are never looked at.
 * Immutable.
 */
public final class KeptDocument {
    /** The longest document that is kept as it is. */
    private static final int TEXT_CHARS_MAX = 50_000;

    private final @Nullable String text;
    private final byte[] packed;

    private KeptDocument(@Nullable String text, byte[] packed) {
        this.text = text;
        this.packed = packed;
    }

    public static KeptDocument of(String documentJson) {
        return documentJson.length() <= TEXT_CHARS_MAX
                ? new KeptDocument(documentJson, new byte[0])
                : new KeptDocument(null, PackedText.pack(documentJson));
    }

    /** The document as JSON text. */
    public String json() {
        if (text != null) {
            return text;
        }
        try {
            return PackedText.unpack("document", packed, RulesetActivation.DOCUMENT_CHARS_MAX);
        } catch (WireException e) {
            throw new IllegalStateException("a document that was packed here cannot be read", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeptDocument document && json().equals(document.json());
    }

    @Override
    public int hashCode() {
        return json().hashCode();
    }
}
