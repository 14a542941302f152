package io.sluice.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Authorizer;
import io.sluice.api.ops.OpsEndpoints;
import io.sluice.api.ops.Scrapes;
import io.sluice.api.server.ApiHandler;
import io.sluice.api.server.BodyRoom;
import io.sluice.api.server.HttpTraces;
import io.sluice.api.server.RequestMeters;
import io.sluice.api.server.RetryAdvice;
import io.sluice.api.server.Sending;
import io.sluice.client.Admissions;

/**
 * The port with probes and metrics of a front end without an HTTP data port; it needs no key, as on the other ports.
 */
public final class ProbePort implements AutoCloseable {
    private static final String NAME = "admin";
    private static final int THREADS_MAX = 8;

    private final HttpPort port;
    private final Scrapes scrapes;

    private ProbePort(HttpPort port, Scrapes scrapes) {
        this.port = port;
        this.scrapes = scrapes;
    }

    /**
     * Opens it, at the admin port of the configuration.
     *
     * @throws RequestApiStartException if that is in use
     */
    public static ProbePort start(RequestApiConfig config, Admissions admissions, PrometheusMeterRegistry registry)
            throws RequestApiStartException {
        RequestApiConfig.Bounds bounds = config.bounds();
        Scrapes scrapes = new Scrapes(registry);
        Sending sending = new Sending(
                new BodyRoom(bounds.bodiesBytesMax(), bounds.patience().bodyMillisMax(), registry),
                new RequestMeters(registry),
                new RetryAdvice(admissions::readiness, System::nanoTime),
                new HttpTraces(OpenTelemetry.noop()));
        ApiHandler handler = new ApiHandler(
                new OpsEndpoints(admissions::readiness, scrapes).routes(),
                new Authorizer(Access.open("everybody"), new AuthFailures(registry, NAME)),
                sending);
        ProbePort probes = new ProbePort(
                new HttpPort(config, new HttpPort.Settings(NAME, config.adminPort(), THREADS_MAX), handler, registry),
                scrapes);
        try {
            probes.port.open("admin port");
        } catch (RequestApiStartException e) {
            probes.close();
            throw e;
        }
        return probes;
    }

    public int number() {
        return port.number();
    }

    @Override
    public void close() {
        port.close();
        scrapes.close();
    }
}
