package io.sluice.perf.gateway;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.sluice.perf.load.LoadCaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code ShouldRateLimit}, question after question, with a count of what was admitted. Questions are bytes beforehand,
 * and of an answer only its code is read, so the load costs the same whoever answers.
 */
final class GrpcLoad implements LoadCaller {
    /** Long: a saturated or cold server is to be measured, and the load must not give up. */
    private static final long DEADLINE_SECONDS = 20;

    private static final int UNKNOWN = RateLimitResponse.Code.UNKNOWN_VALUE;

    private static final MethodDescriptor<byte[], Integer> METHOD = MethodDescriptor.<byte[], Integer>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(RateLimitServiceGrpc.getShouldRateLimitMethod().getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new OverallCode())
            .build();

    private final GrpcChannels channels;
    private final List<EnvoyQuestion> questions;
    private final List<byte[]> messages;
    private final AtomicLongArray admitted;

    /** Asks these, over and over. */
    GrpcLoad(GrpcChannels channels, List<EnvoyQuestion> questions) {
        this.channels = channels;
        this.questions = List.copyOf(questions);
        this.messages = questions.stream()
                .map(question -> question.message().toByteArray())
                .toList();
        this.admitted = new AtomicLongArray(questions.size());
    }

    @Override
    public CompletableFuture<?> ask(int number) {
        int question = number % messages.size();
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        ClientCall<byte[], Integer> call = channels.of(number)
                .newCall(METHOD, CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
        call.start(new Answer(answer), new Metadata());
        // Of one answer, two are asked for, as generated clients do: so a second one would be seen.
        call.request(2);
        call.sendMessage(messages.get(question));
        call.halfClose();
        return answer.thenAccept(code -> {
            if (code != RateLimitResponse.Code.OK_VALUE) {
                throw new IllegalStateException("overall_code: " + code + " (expected: OK, for limits are plenty)");
            }
            admitted.incrementAndGet(question);
        });
    }

    /** How many were admitted. */
    long admitted() {
        long sum = 0;
        for (int i = 0; i < admitted.length(); i++) {
            sum += admitted.get(i);
        }
        return sum;
    }

    /** Tokens that this side saw admitted, by client ID. */
    Map<String, Long> admittedByClient() {
        Map<String, Long> tokens = new TreeMap<>();
        for (int i = 0; i < questions.size(); i++) {
            tokens.merge(questions.get(i).clientId(), admitted.get(i), Long::sum);
        }
        return tokens;
    }

    private static final class Answer extends ClientCall.Listener<Integer> {
        private final CompletableFuture<Integer> answer;
        private int code = UNKNOWN;

        Answer(CompletableFuture<Integer> answer) {
            this.answer = answer;
        }

        @Override
        public void onMessage(Integer message) {
            code = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
                answer.complete(code);
            } else {
                answer.completeExceptionally(status.asException());
            }
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("questions are only sent");
        }
    }

    private static final class OverallCode implements MethodDescriptor.Marshaller<Integer> {
        @Override
        public InputStream stream(Integer code) {
            throw new UnsupportedOperationException("answers are only received");
        }

        @Override
        public Integer parse(InputStream stream) {
            try {
                CodedInputStream input = CodedInputStream.newInstance(stream);
                int tag = input.readTag();
                while (tag != 0) {
                    if (WireFormat.getTagFieldNumber(tag) == RateLimitResponse.OVERALL_CODE_FIELD_NUMBER) {
                        return input.readEnum();
                    }
                    input.skipField(tag);
                    tag = input.readTag();
                }
                return UNKNOWN;
            } catch (IOException e) {
                throw new UncheckedIOException("an answer that is no message", e);
            }
        }
    }
}
