package io.sluice.engine.ruleset;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The meaning of Envoy's descriptors, as a ruleset has it under {@code gateways.envoy}. Each part lists keys of
 * descriptor entries; of those that a descriptor has, the first in the list counts.
 *
 * <pre>
 *   (tenant, acme), (user_id, alice), (path, /v1/orders)     client acme/alice, path /v1/orders
 *   (remote_address, 203.0.113.7)                            client anonymous:203.0.113.7
 *   (generic_key, checkout)                                  the domain itself is the client
 * </pre>
 *
 * @param account keys whose value is the account, or the beginning of the client ID
 * @param client keys whose value follows the account, or is the client ID if there is none
 * @param address keys whose value is an address, which is the client where nothing else names one
 * @param method keys whose value is the method of the route
 * @param path keys whose value is the path of the route
 * @param host keys whose value is the host of the route
 * @param charge keys that mark the work of a descriptor as done: it is charged, and never refused
 * @param headers for external authorization: the entry that each header becomes, by the header's name
 * @param domainIsAccount whether all clients of a domain are of one account, which the domain names
 */
public record EnvoyMapping(
        List<String> account,
        List<String> client,
        List<String> address,
        List<String> method,
        List<String> path,
        List<String> host,
        List<String> charge,
        Map<String, String> headers,
        boolean domainIsAccount) {
    /** Keys of one part. */
    static final int KEYS_MAX = 32;

    static final int KEY_CHARS_MAX = 64;

    /** The mapping if the ruleset has none. */
    public static final EnvoyMapping STANDARD = new EnvoyMapping(
            List.of("tenant"),
            List.of("client_id", "user_id"),
            List.of("remote_address"),
            List.of("method"),
            List.of("path"),
            List.of("host"),
            List.of("stream_done"),
            Map.of(),
            /* domainIsAccount= */ false);

    private static final Set<String> KEYS =
            Set.of("account", "client", "address", "method", "path", "host", "charge", "headers", "domainIsAccount");

    public EnvoyMapping {
        account = List.copyOf(account);
        client = List.copyOf(client);
        address = List.copyOf(address);
        method = List.copyOf(method);
        path = List.copyOf(path);
        host = List.copyOf(host);
        charge = List.copyOf(charge);
        headers = Map.copyOf(headers);
    }

    /** The section {@code gateways.envoy} of a document. */
    static EnvoyMapping read(DocumentSection root) {
        if (!root.has("gateways")) {
            return STANDARD;
        }
        DocumentSection gateways = root.section("gateways", Set.of("envoy"));
        if (!gateways.has("envoy")) {
            return STANDARD;
        }
        DocumentSection section = gateways.section("envoy", KEYS);
        return new EnvoyMapping(
                keys(section, "account", STANDARD.account),
                keys(section, "client", STANDARD.client),
                keys(section, "address", STANDARD.address),
                keys(section, "method", STANDARD.method),
                keys(section, "path", STANDARD.path),
                keys(section, "host", STANDARD.host),
                keys(section, "charge", STANDARD.charge),
                headers(section),
                section.has("domainIsAccount") && section.flag("domainIsAccount"));
    }

    private static List<String> keys(DocumentSection section, String name, List<String> standard) {
        if (!section.has(name)) {
            return standard;
        }
        Set<String> keys = new LinkedHashSet<>(section.texts(name));
        if (keys.size() > KEYS_MAX) {
            section.problem(name, keys.size() + " keys (expected: at most " + KEYS_MAX + ")");
        }
        keys.stream().filter(key -> !isKey(key)).forEach(key -> section.problem(name, wrong(key)));
        return List.copyOf(keys);
    }

    private static Map<String, String> headers(DocumentSection section) {
        if (!section.has("headers")) {
            return Map.of();
        }
        DocumentSection names = section.section("headers", Set.of());
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : names.names()) {
            String key = names.text(header, "");
            if (!key.isEmpty() && !isKey(key)) {
                names.problem(header, wrong(key));
            }
            headers.put(header.toLowerCase(Locale.ROOT), key);
        }
        if (headers.size() > KEYS_MAX) {
            section.problem("headers", headers.size() + " headers (expected: at most " + KEYS_MAX + ")");
        }
        return headers;
    }

    private static boolean isKey(String key) {
        return !key.isEmpty() && key.length() <= KEY_CHARS_MAX && key.chars().noneMatch(Character::isISOControl);
    }

    private static String wrong(String key) {
        return key.length() + " characters (expected: a key of 1.." + KEY_CHARS_MAX
                + " characters, no control characters)";
    }
}
