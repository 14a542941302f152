package io.sluice.testkit.gen;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.ExpectedDeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records that a request partition must survive, each with what is wrong with it. */
public final class BadRecords {
    private static final String ACCOUNT = "acme";
    private static final int LARGE_BYTES = 1_000_000;
    private static final int BOMB_DEPTH = 10_000;

    private final List<BadRecord> records = new ArrayList<>();

    private BadRecords() {}

    /**
     * All of them.
     *
     * @param requestPartitions with only one, no record can lie in the wrong one, so that case is left out
     */
    public static List<BadRecord> all(int requestPartitions, int replyPartitions) {
        BadRecords bad = new BadRecords();
        bad.addNotJson();
        bad.addBadFields();
        bad.addBadPlaces(requestPartitions, replyPartitions);
        bad.addOversized();
        bad.addForged();
        bad.addSignedNonsense();
        return List.copyOf(bad.records);
    }

    private void addNotJson() {
        malformed("not JSON", bytes("{not json"));
        malformed("not UTF-8", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        malformed("an overlong slash", notUtf8("\u00C0\u00AF"));
        malformed("half of a surrogate pair, encoded", notUtf8("\u00ED\u00A0\u0080"));
        malformed("UTF-16", "{\"v\":1,\"clientId\":\"acme\"}".getBytes(StandardCharsets.UTF_16LE));
        malformed("empty value", new byte[0]);
        malformed("blank value", bytes(" \n"));
        malformed("tombstone", null);
        malformed("a list", bytes("[1, 2]"));
        malformed("two objects", bytes(admission("\"cost\":1") + admission("\"cost\":1")));
        malformed("cut off", bytes("{\"v\":1,\"clientId\":\"acme\",\"cost\":"));
    }

    private void addBadFields() {
        malformed("unknown version", bytes("{\"v\":99,\"clientId\":\"acme\"}"));
        malformed("missing version", bytes("{\"clientId\":\"acme\"}"));
        malformed("unknown type", bytes(admission("\"type\":\"party\"")));
        malformed("missing client ID", bytes("{\"v\":1,\"cost\":1}"));
        malformed("negative cost", bytes(admission("\"cost\":-1")));
        malformed("cost above the bound", bytes(admission("\"cost\":1000000001")));
        malformed("cost beyond 64 bits", bytes(admission("\"cost\":9223372036854775808")));
        malformed("misspelled cost", bytes(admission("\"Cost\":1")));
        malformed("cost twice", bytes(admission("\"cost\":1,\"cost\":1")));
        malformed("path outside of the route", bytes(admission("\"path\":\"/v1/orders\"")));
        malformed("unknown member of the route", bytes(admission("\"route\":{\"url\":\"/v1/orders\"}")));
        malformed("member of another type", bytes(admission("\"payload\":\"p\"")));
        malformed("fractional cost", bytes(admission("\"cost\":1.5")));
        add(
                "control characters in the client ID",
                bytes("ac\u0007me"),
                bytes("{\"v\":1,\"clientId\":\"ac\\u0007me\"}"),
                null,
                ExpectedDeadLetter.MALFORMED);
    }

    private void addBadPlaces(int requestPartitions, int replyPartitions) {
        byte[] sound = bytes(admission("\"cost\":1"));
        add("key is not the account", bytes("other"), sound, null, ExpectedDeadLetter.MALFORMED);
        add("no key", null, sound, 0, ExpectedDeadLetter.MALFORMED);
        if (requestPartitions > 1) {
            int next = (AccountPartitioner.partitionOf(ACCOUNT, requestPartitions) + 1) % requestPartitions;
            add("wrong partition", bytes(ACCOUNT), sound, next, ExpectedDeadLetter.MALFORMED);
        }
        malformed("reply partition out of range", bytes(admission(reply(replyPartitions))));
        malformed("reply partition negative", bytes(admission(reply(-1))));
    }

    private static String reply(int partition) {
        return "\"reply\":{\"partition\":" + partition + ",\"correlationId\":\"bad-reply\"}";
    }

    private void addOversized() {
        byte[] large = new byte[LARGE_BYTES];
        Arrays.fill(large, (byte) ' ');
        byte[] sound = bytes(admission("\"cost\":1"));
        System.arraycopy(sound, 0, large, 0, sound.length);
        malformed("1 MB value", large);
        malformed("arrays nested in an unknown field", bytes(admission("\"extra\":" + nested("[", "]"))));
        malformed("objects nested in an unknown field", bytes(admission("\"extra\":" + nestedObjects())));
        malformed("arrays nested in a known field", bytes(admission("\"route\":" + nested("[", "]"))));
        malformed("objects nested in a known field", bytes(admission("\"attributes\":" + nestedObjects())));
    }

    private static String nested(String open, String close) {
        return open.repeat(BOMB_DEPTH) + close.repeat(BOMB_DEPTH);
    }

    private static String nestedObjects() {
        return nested("{\"a\":", "}").replace(":}", ":1}");
    }

    /** Records whose signature proves another sender, another kind of record, or nothing. */
    private void addForged() {
        String lax = "{\"version\":1,\"limits\":[]}";
        control(
                "signed by a stranger",
                Activations.signed(TestKeys.UNAUTHENTICATED, 1_000_000, lax),
                ExpectedDeadLetter.FORGED);
        control(
                "rules signed with the command key",
                Activations.signed(TestKeys.COMMANDS, 1_000_000, lax),
                ExpectedDeadLetter.FORGED);
        ControlRecord entry = TestKeys.RULES.sign(
                SignedKind.RULES_AUDIT,
                Activations.signed(TestKeys.RULES, 1_000_000, lax).payload());
        control("an audit entry's signature over rules", entry, ExpectedDeadLetter.FORGED);
        control(
                "no signature, last revision",
                new ControlRecord(
                        Activations.signed(TestKeys.RULES, RulesetActivation.REVISION_MAX, lax)
                                .payload(),
                        ""),
                ExpectedDeadLetter.FORGED);
    }

    private void addSignedNonsense() {
        control("signed garbage", rules("not an activation"), ExpectedDeadLetter.INVALID_RULESET);
        control("signed nothing", rules(""), ExpectedDeadLetter.INVALID_RULESET);
        control(
                "signed revision beyond the last",
                Activations.signed(TestKeys.RULES, Long.MAX_VALUE, "{\"limits\":[]}"),
                ExpectedDeadLetter.INVALID_RULESET);
        control(
                "signed ruleset that does not compile",
                Activations.signed(TestKeys.RULES, 1_000_001, "{\"version\":1,\"limits\":[{\"id\":\"NOT VALID\"}]}"),
                ExpectedDeadLetter.INVALID_RULESET);
        control(
                "signed ruleset that is not JSON",
                Activations.signed(TestKeys.RULES, 1_000_002, "limits: ["),
                ExpectedDeadLetter.INVALID_RULESET);
        malformed("control record without signature", bytes("{\"v\":1,\"type\":\"control\",\"payload\":\"{}\"}"));
    }

    private static ControlRecord rules(String payload) {
        return TestKeys.RULES.sign(SignedKind.RULES, payload);
    }

    private void control(String name, ControlRecord record, String reason) {
        add(name, bytes("ruleset"), RequestCodec.encode(record), 0, reason);
    }

    private void malformed(String name, byte @Nullable [] value) {
        add(name, bytes(ACCOUNT), value, null, ExpectedDeadLetter.MALFORMED);
    }

    private void add(
            String name, byte @Nullable [] key, byte @Nullable [] value, @Nullable Integer partition, String reason) {
        records.add(new BadRecord(name, key, value, partition, reason));
    }

    private static String admission(String field) {
        return "{\"v\":1,\"clientId\":\"" + ACCOUNT + "\"," + field + "}";
    }

    /** A request whose client ID has these bytes in it. */
    private static byte[] notUtf8(String bytes) {
        return ("{\"v\":1,\"clientId\":\"" + ACCOUNT + bytes + "x\"}").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
