package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.RulesetActivation;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A ruleset document in a record: as text, or packed if that would leave no room for anything else.
 *
 * <pre>
 *   "document": "{\"limits\":[]}"          or          "documentGzip": "H4sIAAAAAAAA..."
 * </pre>
 */
final class DocumentMember {
    static final String TEXT = "document";
    static final String PACKED = "documentGzip";

    /** The most bytes that a document takes as text within a signed record; longer ones are packed. */
    static final int TEXT_BYTES_MAX = 800_000;

    private DocumentMember() {}

    static void write(JsonGenerator json, String documentJson) throws IOException {
        if (bytesAsText(documentJson) <= TEXT_BYTES_MAX) {
            json.writeStringField(TEXT, documentJson);
        } else {
            json.writeStringField(PACKED, Base64.getEncoder().encodeToString(PackedText.pack(documentJson)));
        }
    }

    /** A text within the text of a payload: a quote becomes four bytes there. */
    private static long bytesAsText(String documentJson) {
        long bytes = 0;
        for (int i = 0; i < documentJson.length(); i++) {
            char c = documentJson.charAt(i);
            bytes += c == '"' || c == '\\' ? 4 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        }
        return bytes;
    }

    /** The document; null if there is none. */
    static @Nullable String read(Members record) throws WireException {
        String packed = record.optionalText(PACKED);
        if (packed == null) {
            return record.optionalText(TEXT);
        }
        if (record.optionalText(TEXT) != null) {
            throw new WireException(PACKED, "given beside " + TEXT + " (expected: one of them)");
        }
        try {
            return PackedText.unpack(PACKED, Base64.getDecoder().decode(packed), RulesetActivation.DOCUMENT_CHARS_MAX);
        } catch (IllegalArgumentException e) {
            throw new WireException(PACKED, "not base64 (expected: gzip in base64)");
        }
    }
}
