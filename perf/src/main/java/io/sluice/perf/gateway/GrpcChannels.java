package io.sluice.perf.gateway;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Few connections with many calls each, as an Envoy has them: one for each of its threads. */
final class GrpcChannels implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final long CLOSE_SECONDS = 10;

    private final List<ManagedChannel> channels;

    private GrpcChannels(List<ManagedChannel> channels) {
        this.channels = channels;
    }

    /** So many connections, each of which opens with its first call. */
    static GrpcChannels to(int port, int connections) {
        return new GrpcChannels(IntStream.range(0, connections)
                .mapToObj(i -> NettyChannelBuilder.forAddress(HOST, port)
                        .usePlaintext()
                        .directExecutor()
                        .build())
                .toList());
    }

    ManagedChannel of(int number) {
        return channels.get(number % channels.size());
    }

    @Override
    public void close() throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a connection is not closed within " + CLOSE_SECONDS + " s");
            }
        }
    }
}
