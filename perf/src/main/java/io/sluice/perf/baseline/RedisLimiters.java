package io.sluice.perf.baseline;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Token buckets in Redis, as one would build them instead: a Lua script, which Redis runs as one step, and Bucket4j,
 * which reads, computes and compares-and-swaps. Both over one pipelined connection each, as usual with Lettuce.
 */
final class RedisLimiters {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final long BURST = 1_000_000_000;
    private static final long TOKENS_PER_SECOND = 1_000_000;
    private static final Duration KEPT = Duration.ofSeconds(1_000);
    private static final String SCRIPT = "/token-bucket.lua";

    private final RedisAsyncCommands<String, String> commands;
    private final String digest;
    private final AsyncProxyManager<byte[]> buckets;

    private RedisLimiters(
            RedisAsyncCommands<String, String> commands, String digest, AsyncProxyManager<byte[]> buckets) {
        this.commands = commands;
        this.digest = digest;
        this.buckets = buckets;
    }

    /** Connects to {@code host:port}. */
    static RedisLimiters connect(String address) throws IOException {
        RedisClient client = RedisClient.create(RedisURI.create("redis://" + address));
        StatefulRedisConnection<String, String> texts = client.connect();
        StatefulRedisConnection<byte[], byte[]> bytes =
                client.connect(RedisCodec.of(ByteArrayCodec.INSTANCE, ByteArrayCodec.INSTANCE));
        AsyncProxyManager<byte[]> buckets = Bucket4jLettuce.casBasedBuilder(bytes)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.fixedTimeToLive(KEPT))
                .build()
                .asAsync();
        return new RedisLimiters(texts.async(), texts.sync().scriptLoad(scriptText()), buckets);
    }

    private static String scriptText() throws IOException {
        try (InputStream resource = RedisLimiters.class.getResourceAsStream(SCRIPT)) {
            if (resource == null) {
                throw new IllegalStateException(SCRIPT + " is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** One token bucket for each client, by the script; it never runs out. */
    Limiter script() {
        return script("bucket:", BURST, TOKENS_PER_SECOND);
    }

    /** The same with these numbers. */
    Limiter script(String prefix, long burst, long tokensPerSecond) {
        String[] arguments = {
            Long.toString(burst),
            Double.toString(tokensPerSecond / MILLIS_PER_SECOND),
            "1",
            Long.toString((long) Math.ceil(burst * MILLIS_PER_SECOND / tokensPerSecond))
        };
        return clientId -> commands.<List<Long>>evalsha(
                        digest, ScriptOutputType.MULTI, new String[] {prefix + clientId}, arguments)
                .toCompletableFuture()
                .thenApply(reply -> new Limiter.Taken(reply.get(0) == 1, reply.get(1)));
    }

    /** One token bucket for each client, by Bucket4j. */
    Limiter bucket4j() {
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(BURST)
                        .refillGreedy(TOKENS_PER_SECOND, Duration.ofSeconds(1))
                        .build())
                .build();
        return clientId -> buckets.builder()
                .build(
                        ("bucket4j:" + clientId).getBytes(StandardCharsets.UTF_8),
                        () -> CompletableFuture.completedFuture(configuration))
                .tryConsumeAndReturnRemaining(1)
                .thenApply(probe -> new Limiter.Taken(probe.isConsumed(), probe.getRemainingTokens()));
    }
}
