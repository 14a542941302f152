package io.sluice.api.data;

import io.sluice.api.gateways.TrustedProxies;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.AnonymousClient;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the forward-auth endpoint: how it reads the requests of gateways.
 *
 * @param proxies whose fields are believed
 * @param deadlineMillis how long a gateway waits for its answer
 * @param fields the header fields with client ID, cost, priority and attributes
 */
public record ForwardAuthConfig(TrustedProxies proxies, long deadlineMillis, Fields fields) {
    /** The longest name of a field. */
    public static final int FIELD_NAME_CHARS_MAX = 64;

    /** Attributes out of fields; one more is the caller's address. */
    public static final int ATTRIBUTES_MAX = AdmissionRequest.ATTRIBUTES_MAX - 1;

    private static final long DEADLINE_MILLIS = 1_000;
    private static final long DEADLINE_MILLIS_MAX = AdmissionBody.DEADLINE_MILLIS_MAX;

    /** A token of RFC 9110. */
    private static final Pattern FIELD_NAME =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1," + FIELD_NAME_CHARS_MAX + "}");

    /** Names that already have a meaning, for this endpoint or in HTTP. */
    private static final Set<String> TAKEN = Set.of(
            "authorization",
            "connection",
            "content-length",
            "expect",
            "host",
            "transfer-encoding",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-method",
            "x-forwarded-uri",
            "x-original-method",
            "x-original-uri",
            "x-original-url");

    public ForwardAuthConfig {
        if (deadlineMillis < 1 || deadlineMillis > DEADLINE_MILLIS_MAX) {
            throw new IllegalArgumentException(
                    "deadlineMillis: " + deadlineMillis + " (expected: 1.." + DEADLINE_MILLIS_MAX + ")");
        }
    }

    /** Trusts no gateway: only keys, tokens and the addresses of connections count. */
    public static ForwardAuthConfig standard() {
        return new ForwardAuthConfig(TrustedProxies.NONE, DEADLINE_MILLIS, Fields.NONE);
    }

    /**
     * Names of fields, which a gateway has to overwrite or remove: callers could set them otherwise.
     *
     * @param client the client ID; null for none
     * @param cost how many tokens; null for none
     * @param priority low, normal, high or critical; null for none
     * @param attributes fields by the names of the attributes that they become
     */
    public record Fields(
            @Nullable String client,
            @Nullable String cost,
            @Nullable String priority,
            Map<String, String> attributes) {
        public static final Fields NONE = new Fields(null, null, null, Map.of());

        public Fields {
            attributes = Map.copyOf(attributes);
            check("client field", client);
            check("cost field", cost);
            check("priority field", priority);
            if (attributes.size() > ATTRIBUTES_MAX) {
                throw new IllegalArgumentException(
                        attributes.size() + " attributes (expected: at most " + ATTRIBUTES_MAX + ")");
            }
            attributes.forEach((name, field) -> {
                boolean isOwn = name.equals(AnonymousClient.ADDRESS_ATTRIBUTE);
                if (isOwn || name.isBlank() || name.length() > AdmissionRequest.ATTRIBUTE_NAME_CHARS_MAX) {
                    throw new IllegalArgumentException("attribute \"" + name + "\" (expected: 1.."
                            + AdmissionRequest.ATTRIBUTE_NAME_CHARS_MAX + " characters, not "
                            + AnonymousClient.ADDRESS_ATTRIBUTE + ", which is the caller's address)");
                }
                check("field of attribute " + name, field);
            });
        }

        private static void check(String what, @Nullable String field) {
            if (field == null) {
                return;
            }
            if (!FIELD_NAME.matcher(field).matches()) {
                throw new IllegalArgumentException(
                        what + ": \"" + field + "\" (expected: the name of a field, such as X-Client-ID)");
            }
            if (TAKEN.contains(field.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        what + ": " + field + " (expected: another one, this field has a meaning of its own)");
            }
        }
    }
}
