package io.sluice.cli.process;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A small OpenID Connect issuer: discovery, keys, a page that asks whether to sign in, and tokens for codes. It checks
 * what RFC 6749 and RFC 7636 have it check: client, redirect URI, PKCE, and that a code counts once.
 */
final class OidcIssuer implements AutoCloseable {
    static final String CLIENT = "sluice-console";
    static final String AUDIENCE = "sluice";

    private final HttpServer server;
    private final RSAKey key;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private volatile UnaryOperator<String> nonce = UnaryOperator.identity();
    private volatile long tokenSeconds = 3_600;

    private OidcIssuer(RSAKey key) throws IOException {
        this.key = key;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/openid-configuration", exchange -> send(exchange, 200, json(discovery())));
        server.createContext("/jwks.json", exchange -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
    }

    static OidcIssuer start() throws IOException, JOSEException {
        OidcIssuer issuer = new OidcIssuer(new RSAKeyGenerator(2048).keyID("k1").generate());
        issuer.server.start();
        return issuer;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String jwks() {
        return url() + "/jwks.json";
    }

    /** From now on, ID tokens have another nonce. */
    void mixUpNonces() {
        nonce = asked -> "of-another-sign-in";
    }

    void tellNonces() {
        nonce = UnaryOperator.identity();
    }

    /** From now on, tokens end so long after they are issued; less than nothing is before. */
    void letTokensEndAfter(long seconds) {
        tokenSeconds = seconds;
    }

    private Map<String, String> discovery() {
        return Map.of(
                "issuer",
                url(),
                "authorization_endpoint",
                url() + "/authorize",
                "token_endpoint",
                url() + "/token",
                "jwks_uri",
                jwks());
    }

    /** Shows who can sign in; a link leads back with a code. */
    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
        boolean isRight = CLIENT.equals(asked.get("client_id"))
                && "code".equals(asked.get("response_type"))
                && "S256".equals(asked.get("code_challenge_method"))
                && asked.getOrDefault("scope", "").contains("openid");
        if (!isRight) {
            send(exchange, 400, "{\"error\":\"invalid_request\"}");
            return;
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, asked);
        String back = asked.get("redirect_uri") + "?state=" + asked.get("state");
        String page = "<!doctype html><title>Issuer</title><a href='" + back + "&code=" + code + "'>Sign in as Olga</a>"
                + "<a href='" + back + "&error=access_denied&error_description=Not+today'>Not today</a>"
                + "<a href='" + asked.get("redirect_uri") + "?state=forged&code=" + code + "'>Forged</a>";
        exchange.getResponseHeaders().add("content-type", "text/html");
        send(exchange, 200, page);
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> sent =
                parameters(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> asked = codes.remove(sent.getOrDefault("code", ""));
        boolean isRight = asked != null
                && "authorization_code".equals(sent.get("grant_type"))
                && CLIENT.equals(sent.get("client_id"))
                && asked.getOrDefault("redirect_uri", "").equals(sent.get("redirect_uri"))
                && asked.getOrDefault("code_challenge", "").equals(challenge(sent.getOrDefault("code_verifier", "")));
        if (!isRight) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        send(
                exchange,
                200,
                json(Map.of(
                        "token_type", "Bearer",
                        "access_token",
                                signed(claims(AUDIENCE)
                                        .claim("roles", List.of("operator"))
                                        .build()),
                        "id_token",
                                signed(claims(CLIENT)
                                        .claim("nonce", nonce.apply(asked.get("nonce")))
                                        .build()))));
    }

    private JWTClaimsSet.Builder claims(String audience) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(audience)
                .subject("olga")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(tokenSeconds)));
    }

    private String signed(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static String json(Map<String, String> members) {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() == 1 ? "\"" : ",\"")
                .append(name)
                .append("\":\"")
                .append(value)
                .append('"'));
        return json.append('}').toString();
    }

    /** Pages of other origins may call it, as those of a public client have to. */
    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("access-control-allow-origin", "*");
        if (!exchange.getResponseHeaders().containsKey("content-type")) {
            exchange.getResponseHeaders().add("content-type", "application/json");
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
