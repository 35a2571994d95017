// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import csi.v1.ControllerGrpc;
import csi.v1.GetCapacityRequest;
import csi.v1.IdentityGrpc;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.NodeGrpc;
import csi.v1.Volume;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client on the driver's socket. It survives restarts of the driver. */
public final class CsiSocket implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;

    private final EventLoopGroup events = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;

    public CsiSocket(Path socket) {
        channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .eventLoopGroup(events)
                .channelType(NioDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    public IdentityGrpc.IdentityBlockingStub identity() {
        return IdentityGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public ControllerGrpc.ControllerBlockingStub controller() {
        return ControllerGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public NodeGrpc.NodeBlockingStub node() {
        return NodeGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** What the driver has free now. */
    public long available() {
        return controller().getCapacity(GetCapacityRequest.getDefaultInstance()).getAvailableCapacity();
    }

    public List<Volume> volumes() {
        return controller().listVolumes(ListVolumesRequest.getDefaultInstance()).getEntriesList().stream()
                .map(ListVolumesResponse.Entry::getVolume)
                .toList();
    }

    public List<String> ids() {
        return volumes().stream().map(Volume::getVolumeId).toList();
    }

    public void awaitAvailable(long bytes) {
        Eventually.holds("having " + bytes + " bytes available again", () -> available() == bytes);
    }

    /** Connects at once with the next call, although earlier attempts have failed. */
    public void forgetFailures() {
        channel.resetConnectBackoff();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
