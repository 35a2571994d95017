// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Topology;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;

/** Requests with defaults. */
final class Requests {
    static final long MIB = 1L << 20;
    static final String STAGING = "/kubelet/staging/s";
    static final String TARGET = "/kubelet/pods/p/mount";

    private Requests() {}

    static VolumeCapability mount(Mode mode) {
        return VolumeCapability.newBuilder()
                .setMount(VolumeCapability.MountVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode))
                .build();
    }

    static VolumeCapability mount() {
        return mount(Mode.SINGLE_NODE_WRITER);
    }

    static VolumeCapability mount(String fsType) {
        return mount().toBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder().setFsType(fsType))
                .build();
    }

    static VolumeCapability block() {
        return VolumeCapability.newBuilder()
                .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(Mode.SINGLE_NODE_WRITER))
                .build();
    }

    static CapacityRange mebibytes(long required) {
        return CapacityRange.newBuilder().setRequiredBytes(required * MIB).build();
    }

    static CreateVolumeRequest.Builder create(String name) {
        return CreateVolumeRequest.newBuilder()
                .setName(name)
                .setCapacityRange(mebibytes(100))
                .addVolumeCapabilities(mount());
    }

    static DeleteVolumeRequest delete(String id) {
        return DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
    }

    static NodeStageVolumeRequest.Builder stage(String id) {
        return NodeStageVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(STAGING)
                .setVolumeCapability(mount());
    }

    static NodeUnstageVolumeRequest.Builder unstage(String id) {
        return NodeUnstageVolumeRequest.newBuilder().setVolumeId(id).setStagingTargetPath(STAGING);
    }

    static NodePublishVolumeRequest.Builder publish(String id) {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(STAGING)
                .setTargetPath(TARGET)
                .setVolumeCapability(mount());
    }

    static NodePublishVolumeRequest.Builder publishInline(String handle) {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId(handle)
                .setTargetPath(TARGET)
                .setVolumeCapability(mount())
                .putVolumeContext("csi.storage.k8s.io/ephemeral", "true")
                .putVolumeContext("size", "100Mi");
    }

    static NodeUnpublishVolumeRequest.Builder unpublish(String id) {
        return NodeUnpublishVolumeRequest.newBuilder().setVolumeId(id).setTargetPath(TARGET);
    }

    static Topology topology(String key, String value) {
        return Topology.newBuilder().putSegments(key, value).build();
    }

    static Topology here() {
        return InProcessCsi.IDENTITY.topology();
    }

    static Topology elsewhere() {
        return topology(InProcessCsi.IDENTITY.topologyKey(), "node-2");
    }
}
