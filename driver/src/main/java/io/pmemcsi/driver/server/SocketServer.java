// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves gRPC on a Unix socket that only the owner of this process can use. Started once and closed once; {@link #close}
 * stops listening at once, removes the socket, lets running calls finish for a while and then cancels them.
 */
public final class SocketServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);
    private static final int LARGEST_MESSAGE = 1 << 20;
    private static final int CALLS_PER_CONNECTION = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SocketSettings settings;
    private final List<ServerServiceDefinition> services;
    private final Running running = new Running();

    public SocketServer(SocketSettings settings, List<ServerServiceDefinition> services) {
        this.settings = settings;
        this.services = List.copyOf(services);
    }

    /**
     * Listens.
     *
     * @return this server
     * @throws IOException with a message for the user when the socket cannot be made; nothing is left behind
     */
    public SocketServer start() throws IOException {
        SocketFile file = new SocketFile(settings.socket());
        file.prepare();
        try {
            listen();
            file.protect();
        } catch (IOException | RuntimeException e) {
            abandon(e);
            throw e;
        }
        LOG.atInfo().addKeyValue("socket", settings.socket()).log("listening");
        return this;
    }

    @Override
    public void close() {
        running.close();
    }

    private void listen() throws IOException {
        MultiThreadIoEventLoopGroup events = new MultiThreadIoEventLoopGroup(
                1,
                Thread.ofPlatform().name(settings.name() + "-socket").daemon().factory(),
                NioIoHandler.newFactory());
        running.add(() -> events.shutdownGracefully(0, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .await(PATIENCE.toMillis()));
        CallThreads threads = new CallThreads(settings.name(), settings.workers());
        running.add(() -> threads.stop(PATIENCE));
        NettyServerBuilder builder = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(settings.socket()))
                .bossEventLoopGroup(events)
                .workerEventLoopGroup(events)
                .channelType(NioServerDomainSocketChannel.class)
                // Only the look-up of the method runs on the event loop; the call itself runs where CallThreads says.
                .directExecutor()
                .callExecutor(threads)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION);
        services.forEach(builder::addService);
        Server server = builder.build().start();
        running.add(() -> stop(server));
    }

    /** Closing the listening channel also removes the socket, before a successor can have made its own. */
    private void stop(Server server) throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(settings.grace().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atWarn().addKeyValue("socket", settings.socket()).log("cancelling calls that did not finish in time");
            server.shutdownNow();
            server.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void abandon(Exception reason) {
        try {
            running.close();
        } catch (IllegalStateException e) {
            reason.addSuppressed(e);
        }
    }
}
