// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.VolumeCapability;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that make up a CSI volume capability. */
final class CapabilityOptions {
    @Option(
            names = "--access",
            paramLabel = "TYPE",
            defaultValue = "mount",
            description =
                    "How the volume is used: mount (a file system) or block (a raw device). Default: ${DEFAULT-VALUE}")
    private AccessType access = AccessType.MOUNT;

    @Option(names = "--fs", paramLabel = "TYPE", description = "File system: ext4 or xfs. Default: the driver's choice")
    private String fsType = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "SINGLE_NODE_WRITER",
            description = "CSI access mode: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private AccessMode mode = AccessMode.SINGLE_NODE_WRITER;

    @Option(names = "--mount-flag", paramLabel = "FLAG", description = "Mount option, such as noatime. Repeatable")
    private List<String> mountFlags = List.of();

    boolean isMount() {
        return access == AccessType.MOUNT;
    }

    VolumeCapability capability() {
        VolumeCapability.Builder capability = VolumeCapability.newBuilder()
                .setAccessMode(VolumeCapability.AccessMode.newBuilder()
                        .setMode(VolumeCapability.AccessMode.Mode.valueOf(mode.name())));
        return switch (access) {
            case MOUNT ->
                capability
                        .setMount(VolumeCapability.MountVolume.newBuilder()
                                .setFsType(fsType)
                                .addAllMountFlags(mountFlags))
                        .build();
            case BLOCK ->
                capability
                        .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                        .build();
        };
    }
}
