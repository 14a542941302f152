package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sluice.schemas.SampleRecords;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.SettleRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No bytes, however broken, make a decoder do anything but answer. */
final class FuzzTest {
    private static final long SEED = 20_261_121L;
    private static final int ROUNDS = 200_000;
    /** A member with a plain value, and the comma after it; its value is the group. */
    private static final Pattern MEMBER = Pattern.compile("\"[a-zA-Z]+\":(-?[0-9]+|\"[^\"]*\"|true|false),");

    private static final List<String> EXTREMES = List.of(
            "-1", "0", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775808", "\"\"", "null", "{}");

    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldAnswer_whenRecordsAreMutated() {
        // Given
        List<byte[]> samples = new ArrayList<>();
        SampleRecords.requests().values().forEach(sample -> samples.add(RequestCodec.encode(sample)));
        SplittableRandom random = new SplittableRandom(SEED);
        RequestReader reader = new RequestReader(0, 1, 4);
        int wellFormed = 0;

        // When
        for (int round = 0; round < ROUNDS; round++) {
            byte[] value = mutated(samples.get(random.nextInt(samples.size())), random);
            wellFormed += reader.read(KEY, value) instanceof DecodedRequest.WellFormed ? 1 : 0;
        }

        // Then: the mutations neither spoil everything nor nothing
        assertThat(wellFormed).as("seed %d", SEED).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    @Test
    void shouldRefuseOrRead_whenRepliesBodiesAndDocumentsAreMutated() {
        // Given
        List<byte[]> samples = new ArrayList<>();
        SampleRecords.replies().values().forEach(sample -> samples.add(SampleRecords.encoded(sample)));
        SampleRecords.decisions().values().forEach(sample -> samples.add(DecisionCodec.encode(sample)));
        SplittableRandom random = new SplittableRandom(SEED);

        // When / Then
        assertThatCode(() -> {
                    for (int round = 0; round < ROUNDS / 4; round++) {
                        readEverything(mutated(samples.get(random.nextInt(samples.size())), random));
                    }
                })
                .as("seed %d", SEED)
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseOrRead_whenANumberIsExtremeOrAMemberIsMissing() {
        // Given: a random change of bytes seldom makes a number large, or leaves out just one member
        List<byte[]> samples = new ArrayList<>();
        SampleRecords.requests().values().forEach(sample -> samples.add(RequestCodec.encode(sample)));
        SampleRecords.replies().values().forEach(sample -> samples.add(SampleRecords.encoded(sample)));
        SampleRecords.decisions().values().forEach(sample -> samples.add(DecisionCodec.encode(sample)));
        RequestReader reader = new RequestReader(0, 1, 4);

        // When / Then
        for (byte[] sample : samples) {
            String json = new String(sample, StandardCharsets.UTF_8);
            for (Matcher member = MEMBER.matcher(json); member.find(); ) {
                for (String value : EXTREMES) {
                    String changed = json.substring(0, member.start(1)) + value + json.substring(member.end(1));
                    assertAnswered(reader, changed);
                }
                assertAnswered(reader, json.substring(0, member.start()) + json.substring(member.end()));
            }
        }
    }

    private static void assertAnswered(RequestReader reader, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatCode(() -> {
                    reader.read(KEY, bytes);
                    readEverything(bytes);
                })
                .as(json)
                .doesNotThrowAnyException();
    }

    /** Any of these may refuse, which is an answer; none may fail otherwise. */
    private static void readEverything(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<Decoder> decoders = List.of(
                () -> ReplyCodec.decode(bytes),
                () -> DecisionCodec.decode(bytes),
                () -> DecisionCodec.read(bytes),
                () -> BodyCodec.admission(bytes),
                () -> BodyCodec.reservation(bytes),
                () -> BodyCodec.settle(SettleRequest.Verb.COMMIT, text, bytes),
                () -> BodyCodec.settle(SettleRequest.Verb.RELEASE, "0-1", bytes),
                () -> BodyCodec.batch(bytes),
                () -> ActivationCodec.decode(text),
                () -> AccessSnapshotCodec.decode(text),
                () -> ChallengeCodec.decode(text),
                () -> SignalCodec.decode(text),
                () -> DocumentTree.ofJson(text));
        for (Decoder decoder : decoders) {
            try {
                decoder.decode();
            } catch (WireException e) {
                assertThat(e.detail()).isNotEmpty();
            }
        }
    }

    @FunctionalInterface
    private interface Decoder {
        void decode() throws WireException;
    }

    private static byte[] mutated(byte[] sample, SplittableRandom random) {
        byte[] value = sample.clone();
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(value.length);
            switch (random.nextInt(4)) {
                case 0 -> value[at] = (byte) random.nextInt(256);
                case 1 -> value[at] = (byte) "{}[]\",:0-\\eE.".charAt(random.nextInt(13));
                case 2 -> value = Arrays.copyOf(value, Math.max(1, at));
                default -> value[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return random.nextInt(1_000) == 0 ? new byte[0] : value;
    }
}
