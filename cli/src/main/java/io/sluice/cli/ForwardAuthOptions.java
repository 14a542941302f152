package io.sluice.cli;

import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.api.gateways.TrustedProxies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for gateways that ask over HTTP: which ones are trusted, and the meaning of their fields. */
public final class ForwardAuthOptions {
    @Option(
            names = "--trusted-proxies",
            paramLabel = "RANGE",
            split = ",",
            defaultValue = "${env:SLUICE_TRUSTED_PROXIES}",
            description = "Addresses and ranges of gateways whose X-Forwarded fields Sluice believes, separated by "
                    + "commas (or $SLUICE_TRUSTED_PROXIES; default: none).")
    private List<String> proxies = List.of();

    @Option(
            names = "--forward-auth-client-header",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_FORWARD_AUTH_CLIENT_HEADER}",
            description = "Header of trusted gateways with the client ID, such as X-Client-ID"
                    + " (or $SLUICE_FORWARD_AUTH_CLIENT_HEADER; default: none).")
    private @Nullable String client;

    @Option(
            names = "--forward-auth-cost-header",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_FORWARD_AUTH_COST_HEADER}",
            description = "Header of trusted gateways with the cost (or $SLUICE_FORWARD_AUTH_COST_HEADER;"
                    + " default: none, each request costs 1).")
    private @Nullable String cost;

    @Option(
            names = "--forward-auth-priority-header",
            paramLabel = "NAME",
            defaultValue = "${env:SLUICE_FORWARD_AUTH_PRIORITY_HEADER}",
            description = "Header of trusted gateways with the priority (or $SLUICE_FORWARD_AUTH_PRIORITY_HEADER;"
                    + " default: none).")
    private @Nullable String priority;

    @Option(
            names = "--forward-auth-attribute",
            paramLabel = "ATTRIBUTE=NAME",
            split = ",",
            defaultValue = "${env:SLUICE_FORWARD_AUTH_ATTRIBUTES}",
            description = "Attribute taken from a header of trusted gateways, such as agent=User-Agent; repeatable (or "
                    + "$SLUICE_FORWARD_AUTH_ATTRIBUTES, separated by commas; default: none).")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--forward-auth-deadline-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_FORWARD_AUTH_DEADLINE_MILLIS:-1000}",
            description = "How long a gateway waits for its answer (or $SLUICE_FORWARD_AUTH_DEADLINE_MILLIS;"
                    + " default: 1000).")
    private long deadlineMillis;

    /**
     * The chosen configuration.
     *
     * @throws CommandFailure if a value is out of its bounds
     */
    public ForwardAuthConfig read() throws CommandFailure {
        try {
            return new ForwardAuthConfig(
                    TrustedProxies.of(proxies),
                    deadlineMillis,
                    new ForwardAuthConfig.Fields(client, cost, priority, attributes));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("forward-auth: " + e.getMessage(), e);
        }
    }
}
