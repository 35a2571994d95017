// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A connection to a server on a Unix socket. */
final class SocketClient implements AutoCloseable {
    private final EventLoopGroup events = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;

    SocketClient(Path socket) {
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .eventLoopGroup(events)
                .channelType(NioDomainSocketChannel.class)
                .overrideAuthority("localhost")
                // A write to a server that has ended its side must not close ours before its last answers are read.
                .withOption(ChannelOption.AUTO_CLOSE, false)
                .usePlaintext()
                .build();
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
