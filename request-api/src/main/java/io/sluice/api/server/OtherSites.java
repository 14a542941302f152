package io.sluice.api.server;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The rule whether a port answers requests that browsers send for pages of other sites. Only browsers send the header
 * fields that show this; a request without them, as from curl, does not come from a page.
 *
 * <p>On a port with keys this is a second protection, since a page of another site has no key. On an open port it is
 * the only one.
 */
public final class OtherSites {
    /** Admits them: for a port whose callers may be gateways, which forward the fields of their own callers. */
    public static final OtherSites ADMITTED = new OtherSites(/* areRefused= */ false, null);

    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final String SAME_ORIGIN = "same-origin";
    /** The user opened the address directly, by typing it or by a bookmark. */
    private static final String NO_SITE = "none";

    private final boolean areRefused;
    private final @Nullable KnownHosts hosts;

    private OtherSites(boolean areRefused, @Nullable KnownHosts hosts) {
        this.areRefused = areRefused;
        this.hosts = hosts;
    }

    /** For a port that needs keys, whatever its name. */
    public static OtherSites refused() {
        return new OtherSites(/* areRefused= */ true, null);
    }

    /** Refuses them on an open port, which also must be called by one of its names. */
    public static OtherSites refused(KnownHosts hosts) {
        return new OtherSites(/* areRefused= */ true, hosts);
    }

    /** The answer that refuses a request of another site; null if the request may go on. */
    @Nullable HttpAnswer refusalOf(HttpFields fields) {
        if (!areRefused) {
            return null;
        }
        String host = fields.get(HttpHeader.HOST);
        if (hosts != null && host != null && !host.isEmpty() && !hosts.knows(host)) {
            return refusal(HttpHeader.HOST.asString(), host, "an IP address, localhost, or a name of --admin-hosts");
        }
        String site = fields.get(FETCH_SITE);
        if (site != null) {
            // Better than the origin: a proxy that ends TLS may have changed the host.
            return site.equals(SAME_ORIGIN) || site.equals(NO_SITE)
                    ? null
                    : refusal(FETCH_SITE, site, SAME_ORIGIN + " or " + NO_SITE);
        }
        // A browser names no site to a port without TLS that is not on its own machine.
        String origin = fields.get(HttpHeader.ORIGIN);
        return origin == null || isOf(origin, host)
                ? null
                : refusal(HttpHeader.ORIGIN.asString(), origin, "that of Host, which is " + host);
    }

    private static boolean isOf(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return scheme >= 0 && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    private static HttpAnswer refusal(String field, String value, String expected) {
        return Problem.OTHER_SITE.answer(field + ": " + value + " (expected: " + expected + ")");
    }
}
