package io.sluice.cli.hostile;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records that nobody of Sluice would write, from a seeded generator: garbage, tombstones, values of megabytes, records
 * of the future, records of other topics, forged ones, and sound ones with a few bytes changed. Each has a header by
 * which tests leave it out.
 */
final class HostileRecords {
    static final String HEADER = "test.hostile";
    /** The only account that they name, but for what a changed byte makes of it. */
    private static final String ACCOUNT = "hostile";
    /** Larger than any reader looks at; as compressed zeros it passes a broker. */
    private static final int LARGE_BYTES = 3 << 20;
    /** What goes into dead letters must fit there. */
    private static final int LARGE_INPUT_BYTES = 900_000;

    private static final int KINDS = 10;

    private final Random random;

    HostileRecords(long seed) {
        this.random = new Random(seed);
    }

    /** One record of each kind for each partition of the topic. */
    static List<ProducerRecord<byte[], byte[]>> ofEachKind(TopicSpec topic, long seed) {
        HostileRecords hostile = new HostileRecords(seed);
        return IntStream.range(0, KINDS * topic.partitions())
                .mapToObj(i -> hostile.record(topic, i % topic.partitions(), i / topic.partitions()))
                .toList();
    }

    /** The next record for a topic. Large ones are rare. */
    ProducerRecord<byte[], byte[]> next(TopicSpec topic) {
        int kind = random.nextInt(KINDS);
        if (kind == 4 && random.nextInt(20) != 0) {
            kind = 1;
        }
        return record(topic, random.nextInt(topic.partitions()), kind);
    }

    private ProducerRecord<byte[], byte[]> record(TopicSpec topic, int partition, int kind) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic.name(), partition, key(), value(topic.name(), kind));
        record.headers().add(HEADER, new byte[0]);
        return record;
    }

    private byte @Nullable [] key() {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> bytes(ACCOUNT);
            case 2 -> bytes(Long.toString(random.nextInt(10)));
            case 3 -> new byte[0];
            default -> noise(1 + random.nextInt(64));
        };
    }

    private byte @Nullable [] value(String topic, int kind) {
        return switch (kind) {
            case 0 -> null;
            case 1 -> noise(random.nextInt(2_000));
            case 2 -> bytes("{bad");
            case 3 -> bytes(template(topic).replaceFirst("\"v\":1", "\"v\":2"));
            case 4 -> large(topic);
            case 5 -> bytes("{\"v\":1,\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");
            case 6 -> bytes(template(anyOther()));
            case 7 -> changed(bytes(template(topic)));
            case 8 -> forged(topic);
            default -> bytes("{\"v\":1,\"type\":7,\"kind\":[],\"payload\":{},\"clientId\":null,\"revision\":\"x\"}");
        };
    }

    private static byte[] large(String topic) {
        boolean isInput = topic.equals(TopicCatalogue.REQUESTS) || topic.equals(TopicCatalogue.RULES_COMMANDS);
        return new byte[isInput ? LARGE_INPUT_BYTES : LARGE_BYTES];
    }

    private byte[] forged(String topic) {
        SigningKey key = random.nextBoolean() ? TestKeys.UNAUTHENTICATED : TestKeys.COMMANDS;
        long revision = random.nextBoolean() ? RulesetActivation.REVISION_MAX : 1 + random.nextInt(1_000);
        String payload = ActivationCodec.encode(new RulesetActivation(revision, "{\"limits\":[]}", "x", "y"));
        if (topic.equals(TopicCatalogue.AUDIT)) {
            return AuditCodec.encode(
                    new AuditEntry(revision, 1, "x", "y", new AuditEntry.Activated(1, revision, "{\"limits\":[]}")));
        }
        ControlRecord record = random.nextInt(3) == 0
                ? TestKeys.RULES.sign(SignedKind.RULES_AUDIT, payload)
                : key.sign(SignedKind.RULES, payload);
        return RequestCodec.encode(record);
    }

    /** A sound record of the topic's kind, by the account that nobody cares for. */
    private static String template(String topic) {
        String reply = "\"correlationId\":\"0-0-0\"";
        return switch (topic) {
            case TopicCatalogue.REQUESTS ->
                "{\"v\":1,\"clientId\":\"" + ACCOUNT + "/a\",\"cost\":1,\"reply\":{\"partition\":0," + reply + "}}";
            case TopicCatalogue.REPLIES -> "{\"v\":1,\"type\":\"pong\"," + reply + ",\"partition\":0,\"revision\":7}";
            case TopicCatalogue.DECISIONS ->
                "{\"v\":1,\"decisionId\":\"0-1\",\"account\":\"" + ACCOUNT + "\",\"clientId\":\"" + ACCOUNT + "\"}";
            case TopicCatalogue.RULES -> text(TestKeys.UNAUTHENTICATED.sign(SignedKind.RULES, "{\"v\":1}"));
            case TopicCatalogue.RULES_COMMANDS ->
                text(TestKeys.UNAUTHENTICATED.sign(
                        SignedKind.RULES_COMMAND,
                        ControlCommandCodec.encode(
                                new ControlCommand("c", "x", "y", new ControlCommand.Approve(1), null))));
            case TopicCatalogue.AUDIT ->
                new String(
                        AuditCodec.encode(new AuditEntry(1, 1, "x", "y", new AuditEntry.Approved(1))),
                        StandardCharsets.UTF_8);
            default -> "{\"v\":1,\"account\":\"" + ACCOUNT + "\"}";
        };
    }

    private static String text(ControlRecord record) {
        return new String(RequestCodec.encode(record), StandardCharsets.UTF_8);
    }

    private String anyOther() {
        List<TopicSpec> topics = TopicCatalogue.topics(1, 1);
        return topics.get(random.nextInt(topics.size())).name();
    }

    private byte[] changed(byte[] sound) {
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            sound[random.nextInt(sound.length)] = (byte) random.nextInt(256);
        }
        return sound;
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
