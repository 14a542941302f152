package io.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of tokens with generated keys, and a server that publishes those that it is told to. */
public final class TokenIssuer implements AutoCloseable {
    public static final String ISSUER = "https://issuer.example";
    public static final String AUDIENCE = "sluice";

    final AtomicInteger fetches = new AtomicInteger();
    private final HttpServer server;
    private volatile JWKSet published = new JWKSet();
    private volatile int status = 200;
    private volatile CountDownLatch held = new CountDownLatch(0);

    public TokenIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks.json", exchange -> {
            fetches.incrementAndGet();
            awaitRelease();
            byte[] body = published.toPublicJWKSet().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    public static RSAKey rsa(String id) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(id).generate();
    }

    static ECKey ec(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    public void publish(JWK... keys) {
        published = new JWKSet(List.of(keys));
    }

    private void awaitRelease() {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on it takes requests and answers none, until it is closed. */
    void hang() {
        held = new CountDownLatch(1);
    }

    /** From now on it answers again, those that wait too. */
    void goOn() {
        held.countDown();
    }

    /** From now on it answers so. */
    void answer(int newStatus) {
        status = newStatus;
    }

    public JwtConfig config() {
        URI jwks = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
        return JwtConfig.of(jwks, ISSUER, AUDIENCE);
    }

    /** Claims that are as they should be, for an hour from then. */
    public static JWTClaimsSet.Builder claims(String subject, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3_600)));
    }

    public static String signed(RSAKey key, JWTClaimsSet claims) throws JOSEException {
        return signed(JWSAlgorithm.RS256, key.getKeyID(), new RSASSASigner(key), claims);
    }

    static String signed(ECKey key, JWTClaimsSet claims) throws JOSEException {
        return signed(JWSAlgorithm.ES256, key.getKeyID(), new ECDSASigner(key), claims);
    }

    static String signed(JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet claims)
            throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(keyId)
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    @Override
    public void close() {
        held.countDown();
        server.stop(0);
    }
}
