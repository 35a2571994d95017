// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.VolumeCapability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** CSI requests as Kubernetes sends them. */
public final class Requests {
    public static final VolumeCapability BLOCK = VolumeCapability.newBuilder()
            .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
            .setAccessMode(mode())
            .build();
    public static final VolumeCapability EXT4 = mount("ext4", List.of());
    public static final VolumeCapability XFS = mount("xfs", List.of());

    private Requests() {}

    private static VolumeCapability.AccessMode mode() {
        return VolumeCapability.AccessMode.newBuilder()
                .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)
                .build();
    }

    public static VolumeCapability mount(String fsType, List<String> flags) {
        return VolumeCapability.newBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder()
                        .setFsType(fsType)
                        .addAllMountFlags(flags))
                .setAccessMode(mode())
                .build();
    }

    public static CreateVolumeRequest create(String name, long size, VolumeCapability capability) {
        return CreateVolumeRequest.newBuilder()
                .setName(name)
                .setCapacityRange(range(size))
                .addVolumeCapabilities(capability)
                .build();
    }

    public static CapacityRange range(long size) {
        return CapacityRange.newBuilder().setRequiredBytes(size).build();
    }

    public static NodeStageVolumeRequest stage(String id, String staging, VolumeCapability capability) {
        return NodeStageVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(staging)
                .setVolumeCapability(capability)
                .build();
    }

    public static NodePublishVolumeRequest publish(
            String id, Path staging, String target, VolumeCapability capability) {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(staging.toString())
                .setTargetPath(target)
                .setVolumeCapability(capability)
                .build();
    }

    public static NodePublishVolumeRequest inline(
            String handle, String target, long size, Map<String, String> attributes) {
        return NodePublishVolumeRequest.newBuilder()
                .setVolumeId(handle)
                .setTargetPath(target)
                .setVolumeCapability(EXT4)
                .putAllVolumeContext(attributes)
                .putVolumeContext("size", Long.toString(size))
                .putVolumeContext("csi.storage.k8s.io/ephemeral", "true")
                .build();
    }
}
