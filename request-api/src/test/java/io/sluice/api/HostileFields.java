package io.sluice.api;

import java.util.List;
import java.util.SplittableRandom;

/** Fields of a forward-auth request that somebody sends who wants to do harm. */
final class HostileFields {
    static final List<String> NAMES = List.of(
            "X-Forwarded-For",
            "X-Forwarded-Method",
            "X-Forwarded-Uri",
            "X-Forwarded-Host",
            "X-Original-URL",
            "X-Original-URI",
            "X-Client-ID",
            "X-Cost",
            "X-Priority",
            "X-Plan",
            "User-Agent",
            "Forwarded");

    private static final List<String> PIECES = List.of(
            "203.0.113.7",
            "999.1.1.1",
            "::1",
            "[2001:db8::1]:99999",
            "fe80::1%eth0",
            "::ffff:1.2.3.4",
            "0x7f.1",
            "unknown",
            ",",
            ", ,",
            ";",
            "%2e%2e",
            "%00",
            "%zz",
            "%",
            "/",
            "//",
            "\\",
            "..",
            "?",
            "#",
            "http://evil.example:1/",
            "://",
            "@",
            "*",
            "é",
            "\u0085",
            "\ud83d\ude00",
            "\ud83d",
            "\t",
            " ",
            "\"",
            "anonymous:1.2.3.4",
            "acme",
            "-1",
            "0",
            "1000000000",
            "critical",
            "GET",
            "a".repeat(300),
            "/b".repeat(1_500));

    private HostileFields() {}

    static String value(SplittableRandom random) {
        StringBuilder value = new StringBuilder();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            value.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return value.toString();
    }
}
