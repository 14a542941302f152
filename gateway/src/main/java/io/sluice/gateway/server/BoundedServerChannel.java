package io.sluice.gateway.server;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;

/** A listening socket that closes connections beyond a bound before anything is read from them. */
final class BoundedServerChannel extends NioServerSocketChannel {
    private final Places connections;

    BoundedServerChannel(Places connections) {
        this.connections = connections;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        int before = accepted.size();
        int count = super.doReadMessages(accepted);
        for (int i = accepted.size() - 1; i >= before; i--) {
            Channel connection = (Channel) accepted.get(i);
            if (connections.enter()) {
                ChannelFuture unused = connection.closeFuture().addListener(closed -> connections.leave());
            } else {
                accepted.remove(i);
                connection.unsafe().closeForcibly();
            }
        }
        return count;
    }
}
