// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.VolumeCapability;
import io.pmemcsi.driver.domain.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes publish-inline}. */
@Command(
        name = "publish-inline",
        description = {
            "Create an inline volume and show it at a path, as for a pod with a CSI ephemeral volume (NodePublishVolume).",
            "'unpublish HANDLE --target PATH --inline' deletes it."
        })
final class PublishInlineCommand extends VolumeCommand {
    @Parameters(paramLabel = "HANDLE", description = "Name of the volume; the kubelet uses csi- and a long number")
    private String handle = "";

    @Option(
            names = "--target",
            paramLabel = "PATH",
            required = true,
            description = "Where to show the volume, below the driver's kubelet directory")
    private Path target = Path.of("");

    @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Least size, such as 64Mi")
    private ByteSize size = ByteSize.ZERO;

    @Option(names = "--fs", paramLabel = "TYPE", description = "File system: ext4 or xfs. Default: the driver's choice")
    private String fsType = "";

    @Option(
            names = "--attr",
            paramLabel = "KEY=VALUE",
            description = "Volume attribute, such as usage=FileIO. Repeatable")
    private Map<String, String> attributes = Map.of();

    @Option(names = "--mount-flag", paramLabel = "FLAG", description = "Mount option, such as noatime. Repeatable")
    private List<String> mountFlags = List.of();

    @Mixin
    private GroupOption group = new GroupOption();

    /** The JSON form. */
    private record Published(String volumeId, String targetPath) {}

    @Override
    void run(CsiClient csi, Output output) throws IOException {
        Path targetPath = target.toAbsolutePath();
        try (Undoing undoing = new Undoing()) {
            undoing.remove(Kubelet.makeDirectory(targetPath.getParent()));
            publish(csi, targetPath);
            undoing.nothing();
        }
        group.apply(targetPath);
        output.say(new Published(handle, targetPath.toString()), "published " + handle + " at " + targetPath);
    }

    private void publish(CsiClient csi, Path targetPath) {
        var _ = csi.node()
                .nodePublishVolume(NodePublishVolumeRequest.newBuilder()
                        .setVolumeId(handle)
                        .setTargetPath(targetPath.toString())
                        .setVolumeCapability(capability())
                        .putAllVolumeContext(attributes)
                        .putVolumeContext("size", Long.toString(size.bytes()))
                        .putVolumeContext("csi.storage.k8s.io/ephemeral", "true")
                        .build());
    }

    private VolumeCapability capability() {
        return VolumeCapability.newBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder()
                        .setFsType(fsType)
                        .addAllMountFlags(mountFlags))
                .setAccessMode(VolumeCapability.AccessMode.newBuilder()
                        .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER))
                .build();
    }
}
