package io.sluice.api.server;

import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Whether a port answers what browsers send for pages of other sites. Only browsers write the fields that tell; whoever
 * sends none of them, such as curl or a scraper, is no page.
 *
 * <p>Where callers need a key this is a second guard: a page of another site does not have one. Where they need none,
 * it is the only one.
 */
public final class OtherSites {
    /** For a port whose callers may be gateways, which pass on the fields of their own callers. */
    public static final OtherSites ADMITTED = new OtherSites(/* areRefused= */ false, null);

    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final String SAME_ORIGIN = "same-origin";
    /** The user's own doing: an address that was typed, or a bookmark. */
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

    /** For an open port: it has to be called by a name of its own, too. */
    public static OtherSites refused(KnownHosts hosts) {
        return new OtherSites(/* areRefused= */ true, hosts);
    }

    /** The answer to a request of another site; null if it is none, or none that is refused. */
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
