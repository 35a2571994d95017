// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import com.google.protobuf.Int64Value;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetCapabilitiesResponse;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeHealthResponse;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerGetVolumeResponse;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.ControllerServiceCapability;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import io.grpc.stub.StreamObserver;
import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.volume.Provisioning;
import io.pmemcsi.driver.volume.VolumePage;
import io.pmemcsi.driver.volume.VolumeReports;
import io.pmemcsi.driver.volume.VolumeStatus;
import io.pmemcsi.driver.volume.VolumeWish;
import java.util.List;
import java.util.Optional;

/**
 * The CSI Controller service, run on each node for the volumes of that node. ControllerExpandVolume is served and not announced: an
 * external-resizer that leads would ask its own node for the volumes of all nodes (docs/adr/0010).
 */
public final class ControllerService extends ControllerGrpc.ControllerImplBase {
    private static final List<ControllerServiceCapability.RPC.Type> CAPABILITIES = List.of(
            ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
            ControllerServiceCapability.RPC.Type.LIST_VOLUMES,
            ControllerServiceCapability.RPC.Type.GET_CAPACITY,
            ControllerServiceCapability.RPC.Type.GET_VOLUME,
            ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
            ControllerServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
            ControllerServiceCapability.RPC.Type.LIST_VOLUME_HEALTH);

    private final NodeIdentity node;
    private final ControllerRequests requests;
    private final Provisioning provisioning;
    private final VolumeReports reports;

    public ControllerService(NodeIdentity node, Provisioning provisioning, VolumeReports reports) {
        this.node = node;
        this.requests = new ControllerRequests(node);
        this.provisioning = provisioning;
        this.reports = reports;
    }

    @Override
    public void controllerGetCapabilities(
            ControllerGetCapabilitiesRequest request, StreamObserver<ControllerGetCapabilitiesResponse> reply) {
        var capabilities = ControllerGetCapabilitiesResponse.newBuilder();
        for (ControllerServiceCapability.RPC.Type type : CAPABILITIES) {
            capabilities.addCapabilities(ControllerServiceCapability.newBuilder()
                    .setRpc(ControllerServiceCapability.RPC.newBuilder().setType(type)));
        }
        Replies.answer(reply, capabilities.build());
    }

    @Override
    public void createVolume(CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
        String name = Limits.text("name", request.getName());
        VolumeWish wish = requests.wish(request);
        SizeRange size = ControllerRequests.size(request.getCapacityRange());
        requests.checkTopology(request.hasAccessibilityRequirements(), request.getAccessibilityRequirements());
        VolumeRecord volume = provisioning.provision(name, size, wish);
        Replies.answer(
                reply,
                CreateVolumeResponse.newBuilder()
                        .setVolume(Replies.volume(volume, node))
                        .build());
    }

    @Override
    public void deleteVolume(DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
        provisioning.delete(Handles.any(request.getVolumeId()));
        Replies.answer(reply, DeleteVolumeResponse.getDefaultInstance());
    }

    @Override
    public void validateVolumeCapabilities(
            ValidateVolumeCapabilitiesRequest request, StreamObserver<ValidateVolumeCapabilitiesResponse> reply) {
        Limits.text("volume_id", request.getVolumeId());
        Capabilities.requireSome("volume_capabilities", request.getVolumeCapabilitiesList());
        VolumeRecord volume = reports.requirePersistent(Handles.requirePersistent(request.getVolumeId()));
        Replies.answer(reply, new CapabilityCheck(volume).answer(request));
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
        int most = ControllerRequests.maxEntries(request.getMaxEntries());
        VolumePage page = reports.list(ControllerRequests.token(request.getStartingToken()), most);
        var list = ListVolumesResponse.newBuilder()
                .setNextToken(page.next().map(VolumeId::value).orElse(""));
        for (VolumeStatus status : page.volumes()) {
            list.addEntries(ListVolumesResponse.Entry.newBuilder()
                    .setVolume(Replies.volume(status.volume(), node))
                    .setStatus(ListVolumesResponse.VolumeStatus.newBuilder()
                            .addAllPublishedNodeIds(publishedNodes(status.volume()))));
        }
        Replies.answer(reply, list.build());
    }

    private List<String> publishedNodes(VolumeRecord volume) {
        return volume.isUsed() ? List.of(node.nodeId()) : List.of();
    }

    @Override
    public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> reply) {
        Optional<VolumeWish> wish = ControllerRequests.wish(request);
        boolean here = !request.hasAccessibleTopology() || requests.isHere(request.getAccessibleTopology());
        Capacity capacity = reports.capacity(wish);
        ByteSize available = here ? capacity.available() : ByteSize.ZERO;
        ByteSize largest = here ? capacity.largest() : ByteSize.ZERO;
        Replies.answer(
                reply,
                GetCapacityResponse.newBuilder()
                        .setAvailableCapacity(available.bytes())
                        .setMaximumVolumeSize(Int64Value.of(largest.bytes()))
                        .setMinimumVolumeSize(Int64Value.of(capacity.minimum().bytes()))
                        .build());
    }

    @Override
    public void controllerExpandVolume(
            ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> reply) {
        Limits.text("volume_id", request.getVolumeId());
        SizeRange size = ControllerRequests.expansion(request.hasCapacityRange(), request.getCapacityRange());
        VolumeRecord volume = provisioning.expand(Handles.requirePersistent(request.getVolumeId()), size);
        Replies.answer(
                reply,
                ControllerExpandVolumeResponse.newBuilder()
                        .setCapacityBytes(volume.size().bytes())
                        .setNodeExpansionRequired(volume.traits().access() == AccessType.MOUNT)
                        .build());
    }

    @Override
    public void controllerGetVolume(
            ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> reply) {
        VolumeStatus status = reports.status(Handles.any(request.getVolumeId()));
        Replies.answer(
                reply,
                ControllerGetVolumeResponse.newBuilder()
                        .setVolume(Replies.volume(status.volume(), node))
                        .setStatus(ControllerGetVolumeResponse.VolumeStatus.newBuilder()
                                .addAllPublishedNodeIds(publishedNodes(status.volume())))
                        .build());
    }

    @Override
    public void controllerGetVolumeHealth(
            ControllerGetVolumeHealthRequest request, StreamObserver<ControllerGetVolumeHealthResponse> reply) {
        VolumeStatus status = reports.status(Handles.any(request.getVolumeId()));
        Replies.answer(
                reply,
                ControllerGetVolumeHealthResponse.newBuilder()
                        .setVolumeHealth(Replies.health(status))
                        .build());
    }

    @Override
    public void controllerListVolumeHealth(
            ControllerListVolumeHealthRequest request, StreamObserver<ControllerListVolumeHealthResponse> reply) {
        int most = ControllerRequests.maxEntries(request.getMaxEntries());
        VolumePage page = reports.list(ControllerRequests.token(request.getStartingToken()), most);
        var list = ControllerListVolumeHealthResponse.newBuilder()
                .setNextToken(page.next().map(VolumeId::value).orElse(""));
        page.volumes().stream()
                .filter(status -> !status.findings().isEmpty())
                .map(Replies::health)
                .forEach(list::addEntries);
        Replies.answer(reply, list.build());
    }
}
