package io.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Authentication.Refused;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An issuer that publishes {@code rsa} and {@code ec}, and access for its tokens, at a time that the test sets. */
abstract class IssuerFixture {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    /** The standard one, with patience for an issuer in a process that stands still. */
    private static final IssuerKeys.RefreshSchedule PATIENT =
            new IssuerKeys.RefreshSchedule(300_000, 10_000, 4 * 3_600_000, 20_000);

    static RSAKey rsa;
    static RSAKey unauthenticated;
    static ECKey ec;

    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Instant now = NOW;
    TokenIssuer issuer;
    Access access;

    @BeforeAll
    static void generate() throws JOSEException {
        rsa = TokenIssuer.rsa("rsa-1");
        unauthenticated = TokenIssuer.rsa("rsa-2");
        ec = TokenIssuer.ec("ec-1");
    }

    @BeforeEach
    void start() throws Exception {
        issuer = new TokenIssuer();
        issuer.publish(rsa, ec);
        access = access(PATIENT);
    }

    @AfterEach
    void stop() {
        access.close();
        issuer.close();
    }

    final Access access(IssuerKeys.RefreshSchedule schedule) {
        JwtConfig config = issuer.config();
        IssuerKeys keys = IssuerKeys.of(config, schedule, registry);
        return Access.of(KeyRing.of(List.of()), new JwtVerifier(config, keys, () -> now));
    }

    final Authentication ask(String token) {
        return access.authenticate("Bearer " + token);
    }

    final void assertRefused(AuthFailure refusal, String token) {
        assertThat(ask(token)).isEqualTo(new Refused(refusal));
    }
}
