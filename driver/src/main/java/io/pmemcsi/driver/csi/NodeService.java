// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGetStorageHealthRequest;
import csi.v1.NodeGetStorageHealthResponse;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeHealthResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.NodeGrpc;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeServiceCapability;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import csi.v1.VolumeUsage;
import io.grpc.stub.StreamObserver;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FsUsage;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.volume.InlineVolumes;
import io.pmemcsi.driver.volume.Publishing;
import io.pmemcsi.driver.volume.VolumeReports;
import io.pmemcsi.driver.volume.VolumeStats;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The CSI Node service. */
public final class NodeService extends NodeGrpc.NodeImplBase {
    private static final List<NodeServiceCapability.RPC.Type> CAPABILITIES = List.of(
            NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
            NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
            NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
            NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
            NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);

    private final NodeIdentity node;
    private final Publishing publishing;
    private final InlineVolumes inline;
    private final VolumeReports reports;

    public NodeService(NodeIdentity node, Publishing publishing, InlineVolumes inline, VolumeReports reports) {
        this.node = node;
        this.publishing = publishing;
        this.inline = inline;
        this.reports = reports;
    }

    @Override
    public void nodeGetCapabilities(
            NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> reply) {
        var capabilities = NodeGetCapabilitiesResponse.newBuilder();
        for (NodeServiceCapability.RPC.Type type : CAPABILITIES) {
            if (type == NodeServiceCapability.RPC.Type.EXPAND_VOLUME && !node.expandable()) {
                continue;
            }
            capabilities.addCapabilities(NodeServiceCapability.newBuilder()
                    .setRpc(NodeServiceCapability.RPC.newBuilder().setType(type)));
        }
        Replies.answer(reply, capabilities.build());
    }

    @Override
    public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> reply) {
        Replies.answer(
                reply,
                NodeGetInfoResponse.newBuilder()
                        .setNodeId(node.nodeId())
                        .setAccessibleTopology(node.topology())
                        .build());
    }

    @Override
    public void nodeStageVolume(NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> reply) {
        publishing.stage(NodeRequests.stage(request));
        Replies.answer(reply, NodeStageVolumeResponse.getDefaultInstance());
    }

    @Override
    public void nodeUnstageVolume(NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> reply) {
        Optional<VolumeId> id = Handles.persistent(request.getVolumeId());
        Path staging = Limits.path("staging_target_path", request.getStagingTargetPath());
        id.ifPresent(known -> publishing.unstage(known, staging));
        Replies.answer(reply, NodeUnstageVolumeResponse.getDefaultInstance());
    }

    @Override
    public void nodePublishVolume(NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> reply) {
        if (NodeRequests.isInline(request)) {
            inline.publish(NodeRequests.inline(request));
        } else {
            publishing.publish(NodeRequests.publish(request));
        }
        Replies.answer(reply, NodePublishVolumeResponse.getDefaultInstance());
    }

    @Override
    public void nodeUnpublishVolume(
            NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> reply) {
        Optional<VolumeId> id = Handles.persistent(request.getVolumeId());
        Path target = Limits.path("target_path", request.getTargetPath());
        if (id.isPresent()) {
            publishing.unpublish(id.get(), target);
        } else {
            inline.unpublish(request.getVolumeId(), target);
        }
        Replies.answer(reply, NodeUnpublishVolumeResponse.getDefaultInstance());
    }

    @Override
    public void nodeExpandVolume(NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> reply) {
        Limits.text("volume_id", request.getVolumeId());
        Path path = Limits.knownPath("volume_path", request.getVolumePath());
        VolumeId id = Handles.requirePersistent(request.getVolumeId());
        VolumeRecord volume = publishing.growFileSystem(id, path, ControllerRequests.size(request.getCapacityRange()));
        Replies.answer(
                reply,
                NodeExpandVolumeResponse.newBuilder()
                        .setCapacityBytes(volume.size().bytes())
                        .build());
    }

    @Override
    public void nodeGetVolumeStats(
            NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> reply) {
        Limits.text("volume_id", request.getVolumeId());
        Path path = Limits.knownPath("volume_path", request.getVolumePath());
        VolumeStats stats = reports.stats(Handles.any(request.getVolumeId()), path);
        var usage = NodeGetVolumeStatsResponse.newBuilder();
        if (stats.usage().isPresent()) {
            usage.addUsage(bytes(stats.usage().get()))
                    .addUsage(inodes(stats.usage().get()));
        } else {
            usage.addUsage(VolumeUsage.newBuilder()
                    .setUnit(VolumeUsage.Unit.BYTES)
                    .setTotal(stats.size().bytes()));
        }
        Replies.answer(reply, usage.build());
    }

    private static VolumeUsage bytes(FsUsage usage) {
        return VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.BYTES)
                .setTotal(usage.total().bytes())
                .setUsed(usage.used().bytes())
                .setAvailable(usage.available().bytes())
                .build();
    }

    private static VolumeUsage inodes(FsUsage usage) {
        return VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.INODES)
                .setTotal(usage.inodes())
                .setUsed(usage.inodesUsed())
                .setAvailable(usage.inodesFree())
                .build();
    }

    @Override
    public void nodeGetVolumeHealth(
            NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> reply) {
        Replies.answer(
                reply,
                NodeGetVolumeHealthResponse.newBuilder()
                        .setVolumeHealth(Replies.health(reports.status(Handles.any(request.getVolumeId()))))
                        .build());
    }

    @Override
    public void nodeGetStorageHealth(
            NodeGetStorageHealthRequest request, StreamObserver<NodeGetStorageHealthResponse> reply) {
        var health = NodeGetStorageHealthResponse.newBuilder();
        reports.nodeFindings().stream().map(Replies::storageHealth).forEach(health::addBackendHealth);
        Replies.answer(reply, health.build());
    }
}
