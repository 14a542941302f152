package io.sluice.gateway.envoy;

import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conversion of a descriptor into an admission: {@link EnvoyMapping} says which entries name the client and the
 * route. Every entry also becomes an attribute; two further attributes have the domain and the keys of the
 * descriptor.
 *
 * <pre>
 *   domain edge                                        envoy.domain: edge
 *   (user_id, alice), (path, /v1/orders)               envoy.descriptor: user_id,path
 *                                                      user_id: alice, path: /v1/orders
 *                                                      client alice, route /v1/orders
 * </pre>
 */
final class DescriptorMapping {
    static final String DOMAIN = "envoy.domain";
    static final String KEYS = "envoy.descriptor";
    /** An admission has a bounded number of attributes, and some of them are not entries. */
    static final int ENTRIES_MAX = AdmissionRequest.ATTRIBUTES_MAX - 3;

    private DescriptorMapping() {}

    /** How many hits a descriptor stands for. */
    record Hits(long cost, RequestMode mode) {}

    /**
     * The admission.
     *
     * @param place where the descriptor is in the question, for error messages
     * @throws WireException if its keys, which are configured, are not within the contract
     */
    static AdmissionRequest admission(
            EnvoyMapping mapping, String place, String domain, DescriptorEntries entries, Hits hits)
            throws WireException {
        if (entries.size() == 0) {
            throw new WireException(place + ".entries", "empty (expected: 1.." + ENTRIES_MAX + " entries)");
        }
        if (entries.size() > ENTRIES_MAX) {
            throw new WireException(place + ".entries", entries.size() + " entries (expected: 1.." + ENTRIES_MAX + ")");
        }
        if (hits.cost() < 0 || hits.cost() > AdmissionRequest.COST_MAX) {
            throw new WireException(
                    place + ".hits_addend",
                    Long.toUnsignedString(hits.cost()) + " (expected: 0.." + AdmissionRequest.COST_MAX + ")");
        }
        String address = entries.first(mapping.address());
        Client client = client(mapping, domain, entries, address);
        AdmissionRequest.Builder admission = AdmissionRequest.of(client.id())
                .cost(hits.cost())
                .mode(isCharge(mapping, entries, hits) ? RequestMode.CHARGE : hits.mode())
                .route(Route.checked(
                        FittingText.method(text(entries.first(mapping.method()))),
                        FittingText.path(text(entries.first(mapping.path()))),
                        FittingText.host(text(entries.first(mapping.host())))))
                .attribute(DOMAIN, FittingText.attribute(domain))
                .attribute(KEYS, FittingText.attribute(entries.keys(mapping.charge())));
        if (client.isAddress() && address != null) {
            admission.attribute(AnonymousClient.ADDRESS_ATTRIBUTE, address);
        }
        for (Map.Entry<String, String> entry : entries.values(mapping.charge()).entrySet()) {
            admission.attribute(entry.getKey(), FittingText.attribute(entry.getValue()));
        }
        try {
            return admission.build();
        } catch (WireException e) {
            throw new WireException(place + "." + e.field(), e.detail());
        }
    }

    /** A mark on a descriptor does not make a refund a charge. */
    private static boolean isCharge(EnvoyMapping mapping, DescriptorEntries entries, Hits hits) {
        return hits.mode() == RequestMode.CHECK && entries.hasAny(mapping.charge());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private record Client(String id, boolean isAddress) {}

    private static Client client(
            EnvoyMapping mapping, String domain, DescriptorEntries entries, @Nullable String address) {
        String account = entries.first(mapping.account());
        String client = entries.first(mapping.client());
        String named = joined(account, client);
        String anonymous = named == null && address != null ? anonymous(address) : null;
        if (mapping.domainIsAccount()) {
            String below = named == null ? anonymous : named;
            return new Client(below == null ? segment(domain) : joinedSegments(segment(domain), below), false);
        }
        if (named != null) {
            return new Client(FittingText.client(named), false);
        }
        return anonymous == null
                ? new Client(segment(domain), false)
                : new Client(anonymous, AnonymousClient.isReserved(anonymous));
    }

    /** Both names in one ID; a part that does not fit is hashed first, so that both parts stay. */
    private static @Nullable String joined(@Nullable String account, @Nullable String client) {
        if (account == null) {
            return client;
        }
        return client == null ? segment(account) : joinedSegments(segment(account), client);
    }

    private static String joinedSegments(String account, String below) {
        String whole = account + "/" + below;
        return FittingText.client(whole).equals(whole) ? whole : account + "/" + FittingText.client("/" + below);
    }

    /** One segment: a slash in a name must not choose another account. */
    private static String segment(String name) {
        String fitting = FittingText.client(name);
        return fitting.indexOf('/') < 0 ? fitting : FittingText.client("/" + name);
    }

    private static String anonymous(String address) {
        try {
            return AnonymousClient.of(address).text();
        } catch (WireException e) {
            return FittingText.client(address);
        }
    }
}
