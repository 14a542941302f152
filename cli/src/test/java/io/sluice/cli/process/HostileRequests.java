package io.sluice.cli.process;

import static io.sluice.cli.process.HostileBodies.ascii;
import static io.sluice.cli.process.HostileBodies.joined;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What somebody sends who wants to do harm, or whose client is broken, as bytes of one connection; the same for the
 * same seed. Some of it is good by chance, and is charged to {@code hostile/...}; none of it is about anybody else.
 */
final class HostileRequests {
    private static final List<String> POSTED = List.of(
            "/v1/admissions",
            "/v1/admissions/batch",
            "/v1/admissions/atomic",
            "/v1/reservations",
            "/v1/reservations/0-1/commit",
            "/v1/reservations/0-1/cancel",
            "/v1/admissions/0-1/release",
            "/v1/challenges/e30.c2ln",
            // On the admin port; on the other one these are not there.
            "/v1/explain",
            "/v1/signals",
            "/v1/rulesets/proposals",
            "/v1/rulesets/trials",
            "/v1/accounts/hostile/profile/changes",
            // These are not posted; some methods get further.
            "/v1/accounts/hostile/decisions",
            "/v1/accounts/hostile/decisions?limit=1&before=0-1&client=hostile%2F%00&verdict=x",
            "/v1/alerts?limit=1&before=0-1&account=%00&type=x",
            "/v1/penalties?account=%FF&before=-1");
    private static final List<String> METHODS = List.of(
            "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PRI", "post", "P\u0000ST", "");

    private final SplittableRandom random;
    private final HostileBodies bodies;
    private final List<Kind> kinds;

    /** Bytes to send, and whether the connection is reset after them. */
    record Input(String kind, byte[] bytes, boolean isCut) {}

    private record Kind(String name, boolean isCut, Supplier<byte[]> bytes) {}

    HostileRequests(long seed) {
        this.random = new SplittableRandom(seed);
        this.bodies = new HostileBodies(random);
        this.kinds = List.of(
                kind("broken JSON", () -> post(bodies.mutated(bodies.admission()))),
                kind("a member that nobody knows", () -> post(bodies.unknown())),
                kind("a member twice", () -> post(HostileBodies.twice())),
                kind("a value of another type", () -> post(bodies.typed())),
                kind("bytes that are no UTF-8", () -> post(bodies.misspelt())),
                kind("a huge number", () -> post(bodies.huge())),
                kind("deep nesting", () -> post(bodies.nested())),
                kind("many members", () -> post(bodies.crowded())),
                kind("another method", this::method),
                kind("another content type", this::typeOfContent),
                kind("a wrong length", this::length),
                kind("bad chunks", this::chunks),
                kind("many fields", this::fields),
                kind("an odd field", this::oddField),
                kind("an odd target", this::target),
                kind("a gateway's fields", this::forwarded),
                kind("requests in a row", this::pipeline),
                kind("no HTTP", this::noise),
                new Kind("requests in a row, cut off", true, this::pipeline),
                new Kind("a request cut off", true, () -> bodies.begun(post(bodies.admission()))));
    }

    private static Kind kind(String name, Supplier<byte[]> bytes) {
        return new Kind(name, false, bytes);
    }

    Input next() {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        return new Input(kind.name(), kind.bytes().get(), kind.isCut());
    }

    private static byte[] head(String method, String target, String fields) {
        return ascii(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n");
    }

    private byte[] post(byte[] body) {
        return post(bodies.pick(POSTED), body);
    }

    private static byte[] post(String path, byte[] body) {
        return joined(
                head("POST", path, "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n"), body);
    }

    private byte[] method() {
        return joined(
                head(
                        bodies.pick(METHODS),
                        bodies.pick(POSTED),
                        "Content-Type: application/json\r\nContent-Length: 2\r\n"),
                ascii("{}"));
    }

    private byte[] typeOfContent() {
        String type = bodies.pick(List.of(
                "text/plain",
                "application/xml",
                "*/*",
                "",
                "application/json; charset=utf-16",
                "a/b; c=\"",
                "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded"));
        byte[] body = bodies.admission();
        return joined(
                head(
                        "POST",
                        bodies.pick(POSTED),
                        "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n"),
                body);
    }

    private byte[] length() {
        String length = bodies.pick(List.of(
                "-1",
                "0",
                "1",
                "5",
                "99999999999999999999",
                "1048577",
                "4294967296",
                "0x10",
                "",
                " ",
                "2, 2",
                "70000",
                "2\r\nContent-Length: 3",
                "+2",
                "2\r\nTransfer-Encoding: chunked"));
        return joined(
                head(
                        "POST",
                        bodies.pick(POSTED),
                        "Content-Type: application/json\r\nContent-Length: " + length + "\r\n"),
                bodies.admission());
    }

    private byte[] chunks() {
        String size = bodies.pick(List.of(
                "-1",
                "FFFFFFFF",
                "FFFFFFFFFFFFFFFF",
                "80000000",
                "7FFFFFFF",
                "zz",
                "",
                " ",
                "0x5",
                "5;" + "e".repeat(9_000),
                "00000000000000000005",
                "100"));
        String coding =
                bodies.pick(List.of("chunked", "chunked, chunked", "gzip, chunked", "identity", "Chunked", "xchunked"));
        String end = bodies.pick(
                List.of("0\r\n\r\n", "0\r\nA: b\r\n\r\n", "0", "", "0\r\n" + "T: v\r\n".repeat(2_000) + "\r\n"));
        return joined(
                head(
                        "POST",
                        bodies.pick(POSTED),
                        "Content-Type: application/json\r\nTransfer-Encoding: " + coding + "\r\n"),
                ascii(size + "\r\n{\"a\":\r\n" + end));
    }

    private byte[] fields() {
        return head(
                "POST", bodies.pick(POSTED), ("X-" + random.nextInt(1_000) + ": v\r\n").repeat(random.nextInt(3_000)));
    }

    private byte[] oddField() {
        String field = bodies.pick(List.of(
                "X: " + "v".repeat(random.nextInt(20_000)),
                "N".repeat(random.nextInt(20_000)) + ": v",
                "X",
                ": v",
                "X : v",
                "X: a\r\n b",
                "X: a\u0000b",
                "X: a\rb",
                "Host: y",
                "Authorization: Bearer a\r\nAuthorization: b",
                "Expect: 100-continue",
                "Expect: nonsense",
                "Upgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings",
                "Accept-Encoding: *;q=nan",
                "If-Match: *",
                "If-Match: W/\"1\"",
                "Idempotency-Key: " + "k".repeat(500),
                "Range: bytes=0-",
                "X: \u00e9\u00ff",
                "Cookie: $Version=x; a=\"",
                "Accept: image/png",
                "Content-Encoding: gzip"));
        byte[] body = bodies.admission();
        return joined(
                head(
                        "POST",
                        bodies.pick(POSTED),
                        "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n" + field + "\r\n"),
                body);
    }

    private byte[] target() {
        String target = bodies.pick(List.of(
                "/v1/clients/%00/quota",
                "/v1/clients/%C0%AF/quota",
                "/v1/clients/a%2F%2Fb/quota",
                "/v1/clients//quota",
                "/v1/clients/" + "a".repeat(random.nextInt(9_000)) + "/quota",
                "/v1/../v1/admissions",
                "/v1/%zz",
                "/v1/%",
                "*",
                "http://other/v1/admissions",
                "//v1/admissions",
                "/v1/admissions?" + "q".repeat(9_000),
                "/v1/rulesets?limit=-1",
                "/v1/rulesets?limit=99999999999999999999",
                "/v1/rulesets/99999999999999999999",
                "/v1/rulesets/proposals/-1",
                "/v1/rulesets/proposals/%2e%2e",
                "/v1/accounts/a%2Fb/profile",
                "/v1/accounts/%FF/profile",
                "/v1/audit?before=x&before=y",
                "/json-schema/..%2f..%2fopenapi.yaml",
                "/v1/clients/a;b=c/quota",
                "/v1/clients/\u00e9/quota",
                "/v1/clients/a\\b/quota",
                "x",
                "",
                "/v1/a b",
                "/metrics/",
                "/healthz?x",
                "/v1/clients/..;/quota"));
        return head(random.nextBoolean() ? "GET" : "POST", target, "Content-Length: 0\r\n");
    }

    /** What a gateway would send, and what somebody sends who is none. */
    private byte[] forwarded() {
        String below =
                bodies.pick(List.of("", "?deny=403", "?deny=%zz", "/", "//a", "/%2e%2e/x", "/../..", "/%zz", "/%00"));
        String address = bodies.pick(List.of(
                "203.0.113.7",
                "203.0.113.7, 10.0.0.1",
                ",,,",
                "[::1%eth0]:99999",
                "::ffff:1.2.3.4",
                "unknown",
                "1.1.1.1, ".repeat(random.nextInt(700))));
        String uri = bodies.pick(List.of(
                "/hostile",
                "http://other:1/x",
                "/%2e%2e/%zz",
                "/" + "a".repeat(random.nextInt(9_000)),
                "\\\\x",
                "\u00e9"));
        return joined(
                head(
                        bodies.pick(METHODS),
                        "/v1/forward-auth" + below,
                        "X-Forwarded-For: " + address + "\r\nX-Forwarded-Uri: " + uri + "\r\nX-Forwarded-Method: "
                                + bodies.pick(METHODS) + "\r\nContent-Length: 2\r\n"),
                ascii("{}"));
    }

    private byte[] pipeline() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int count = 2 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            all.writeBytes(
                    switch (random.nextInt(5)) {
                        case 0 -> head("GET", bodies.pick(List.of("/healthz", "/readyz", "/openapi.yaml")), "");
                        case 1 -> post(bodies.mutated(bodies.admission()));
                        case 2 -> method();
                        default -> post("/v1/admissions", bodies.admission());
                    });
        }
        return all.toByteArray();
    }

    private byte[] noise() {
        return switch (random.nextInt(4)) {
            case 0 -> ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            case 1 -> joined(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, bodies.mutated(new byte[200]));
            case 2 ->
                ascii("GET /healthz HTTP/" + random.nextInt(10) + "." + random.nextInt(10) + "\r\nHost: x\r\n\r\n");
            default -> {
                byte[] bytes = new byte[1 + random.nextInt(2_000)];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) random.nextInt(256);
                }
                yield bytes;
            }
        };
    }
}
