// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerGetVolumeResponse;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.pmemcsi.driver.config.Endpoint;
import io.pmemcsi.driver.domain.Quoted;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import pmemcsi.v1.PlanningGrpc;
import pmemcsi.v1.PlanningGrpc.PlanningBlockingStub;

/** Talks to a driver over its socket. Every call has the same deadline. */
final class CsiClient implements AutoCloseable {
    private final ManagedChannel channel;
    private final EventLoopGroup events;
    private final Duration timeout;

    private CsiClient(ManagedChannel channel, EventLoopGroup events, Duration timeout) {
        this.channel = channel;
        this.events = events;
        this.timeout = timeout;
    }

    /** A client; it connects with the first call. */
    static CsiClient of(Endpoint endpoint, Duration timeout) {
        EventLoopGroup events = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().name("client").daemon().factory(), NioIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(endpoint.socket()))
                .eventLoopGroup(events)
                .channelType(NioDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
        return new CsiClient(channel, events, timeout);
    }

    String driverName() {
        return IdentityGrpc.newBlockingStub(channel)
                .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
                .getName();
    }

    ControllerBlockingStub controller() {
        return ControllerGrpc.newBlockingStub(channel).withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * What the driver knows of a volume.
     *
     * @throws CommandFailure when there is none: CSI's own calls to end a volume succeed then, which misleads people
     */
    ControllerGetVolumeResponse require(String volumeId) {
        return find(volumeId)
                .orElseThrow(() -> new CommandFailure("NOT_FOUND: there is no volume " + Quoted.text(volumeId)
                        + "; 'pmem-csi volumes list' shows the ids of all volumes"));
    }

    /** What the driver knows of a volume; empty when there is none. */
    Optional<ControllerGetVolumeResponse> find(String volumeId) {
        try {
            return Optional.of(controller()
                    .controllerGetVolume(ControllerGetVolumeRequest.newBuilder()
                            .setVolumeId(volumeId)
                            .build()));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    PlanningBlockingStub planning() {
        return PlanningGrpc.newBlockingStub(channel).withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    NodeBlockingStub node() {
        return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
