package io.sluice.cli.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Bodies that somebody sends who wants to do harm, or whose client is broken. */
final class HostileBodies {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "\"\"",
            "[]",
            "{}",
            "-1",
            "1.5",
            "1e999",
            "9223372036854775808",
            "0x10",
            "01",
            "+1",
            "NaN",
            "\"1\"",
            "[1]",
            "{\"a\":1}");
    private static final List<String> NAMES = List.of(
            "Cost",
            "idempotency_key",
            "path",
            "clientid",
            "client_id",
            "__proto__",
            "",
            "cost ",
            "deadline",
            "c\\u006fst");
    private static final byte[][] BAD_UTF8 = {
        {(byte) 0xC0, (byte) 0xAF},
        {(byte) 0xE0, (byte) 0x80, (byte) 0xAF},
        {(byte) 0xF0, (byte) 0x80, (byte) 0x80, (byte) 0xAF},
        {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
        {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xFF},
        {(byte) 0xC3},
        {0}
    };

    private final SplittableRandom random;

    HostileBodies(SplittableRandom random) {
        this.random = random;
    }

    <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A member that nobody knows. */
    byte[] unknown() {
        return ascii(with(pick(NAMES), pick(VALUES)));
    }

    /** A member twice. */
    static byte[] twice() {
        return ascii(with("clientId", "\"hostile/twice\""));
    }

    byte[] admission() {
        return ascii("{\"clientId\":\"hostile/" + random.nextInt(1_000) + "\",\"cost\":" + random.nextInt(5)
                + ",\"deadlineMillis\":60000,\"attributes\":{\"ip\":\"192.0.2.1\"}}");
    }

    byte[] mutated(byte[] bytes) {
        int times = 1 + random.nextInt(3);
        byte[] changed = bytes;
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(Math.max(1, changed.length));
            changed = switch (random.nextInt(3)) {
                case 0 -> begun(changed);
                case 1 ->
                    joined(
                            Arrays.copyOf(changed, at),
                            new byte[] {(byte) random.nextInt(256)},
                            Arrays.copyOfRange(changed, at, changed.length));
                default -> {
                    byte[] flipped = changed.clone();
                    if (flipped.length > 0) {
                        flipped[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    yield flipped;
                }
            };
        }
        return changed;
    }

    byte[] begun(byte[] bytes) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    private static String with(String name, String value) {
        return "{\"clientId\":\"hostile/m\",\"" + name + "\":" + value + "}";
    }

    byte[] typed() {
        return ascii("{\"clientId\":" + (random.nextBoolean() ? "\"hostile/t\"" : pick(VALUES)) + ",\"cost\":"
                + pick(VALUES)
                + ",\"route\":" + pick(VALUES) + ",\"attributes\":" + pick(VALUES) + ",\"requests\":" + pick(VALUES)
                + ",\"checks\":[" + pick(VALUES) + "],\"reserve\":" + pick(VALUES) + ",\"document\":" + pick(VALUES)
                + ",\"reason\":" + pick(VALUES) + "}");
    }

    byte[] misspelt() {
        byte[] bad = BAD_UTF8[random.nextInt(BAD_UTF8.length)];
        return random.nextBoolean()
                ? joined(ascii("{\"clientId\":\"hostile"), bad, ascii("x\"}"))
                : joined(ascii("{\"clientId\":\"hostile/u\",\""), bad, ascii("\":1}"));
    }

    byte[] huge() {
        return ascii("{\"clientId\":\"hostile/n\",\"cost\":" + digits() + "}");
    }

    private String digits() {
        return (random.nextBoolean() ? "-" : "")
                + "9".repeat(1 + random.nextInt(5_000))
                + (random.nextBoolean() ? "e" + random.nextInt(1_000_000) : "");
    }

    byte[] nested() {
        int depth = 1 + random.nextInt(5_000);
        String open = random.nextBoolean() ? "[" : "{\"a\":";
        String close = open.equals("[") ? "]" : "}";
        String value = open.repeat(depth) + "1" + (random.nextBoolean() ? close.repeat(depth) : "");
        return ascii(random.nextBoolean() ? value : with("attributes", value));
    }

    byte[] crowded() {
        StringBuilder members = new StringBuilder("{\"clientId\":\"hostile/c\",\"attributes\":{");
        int count = random.nextInt(3_000);
        for (int i = 0; i < count; i++) {
            members.append(i == 0 ? "" : ",").append("\"a").append(i).append("\":\"v\"");
        }
        return ascii(members.append("}}").toString());
    }
}
