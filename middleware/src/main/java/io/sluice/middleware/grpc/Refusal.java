package io.sluice.middleware.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.sluice.middleware.NextStep;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The status and trailers of a call that is stopped. */
record Refusal(Status status, Metadata trailers) {
    /** The trailer that tells gRPC clients with a retry policy when to retry; negative for never. */
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    static Refusal of(NextStep.Stop stop) {
        com.google.rpc.Status.Builder said = com.google.rpc.Status.newBuilder()
                .setCode(code(stop.reason()).value())
                .setMessage(stop.detail());
        Long retryAfterMillis = stop.retryAfterMillis();
        if (retryAfterMillis != null) {
            said.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Duration.newBuilder()
                            .setSeconds(retryAfterMillis / 1_000)
                            .setNanos((int) (retryAfterMillis % 1_000) * 1_000_000))
                    .build()));
        }
        StatusRuntimeException ending = StatusProto.toStatusRuntimeException(said.build());
        Metadata trailers = Objects.requireNonNull(ending.getTrailers());
        put(stop.fields(), trailers);
        if (stop.reason() == NextStep.Reason.QUOTA_EXCEEDED) {
            trailers.put(PUSHBACK, Long.toString(retryAfterMillis == null ? -1 : pushback(retryAfterMillis)));
        }
        return new Refusal(ending.getStatus(), trailers);
    }

    /** It is an {@code int} to clients. */
    private static long pushback(long retryAfterMillis) {
        return Math.min(retryAfterMillis, Integer.MAX_VALUE);
    }

    private static Status.Code code(NextStep.Reason reason) {
        return switch (reason) {
            case QUOTA_EXCEEDED -> Status.Code.RESOURCE_EXHAUSTED;
            case DENY_LISTED -> Status.Code.PERMISSION_DENIED;
            case NO_VERDICT -> Status.Code.UNAVAILABLE;
            case INVALID_REQUEST -> Status.Code.INVALID_ARGUMENT;
        };
    }

    /** Adds header fields; names of metadata are in lower case. */
    static void put(Map<String, String> fields, Metadata metadata) {
        fields.forEach((name, value) ->
                metadata.put(Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER), value));
    }
}
