// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes publish}. */
@Command(
        name = "publish",
        description = {
            "Show a volume at a path (NodeStageVolume, NodePublishVolume).",
            "Needs the rights of the driver, because it also does the kubelet's part: it makes the directories around the"
                    + " calls."
        })
final class PublishCommand extends VolumeCommand {
    @Parameters(paramLabel = "VOLUME_ID", description = "Id of the volume, as printed by create")
    private String volumeId = "";

    @Option(
            names = "--target",
            paramLabel = "PATH",
            required = true,
            description = "Where to show the volume, below the driver's kubelet directory")
    private Path target = Path.of("");

    @Option(names = "--readonly", description = "Show it read-only")
    private boolean readOnly;

    @Mixin
    private GroupOption group = new GroupOption();

    @Mixin
    private StagingOptions staging = new StagingOptions();

    @Mixin
    private CapabilityOptions capability = new CapabilityOptions();

    /** The JSON form. */
    private record Published(String volumeId, String stagingPath, String targetPath) {}

    @Override
    void run(CsiClient csi, Output output) throws IOException {
        csi.require(volumeId);
        Path stagingPath = staging.path(csi, volumeId);
        Path targetPath = target.toAbsolutePath();
        try (Undoing undoing = new Undoing()) {
            List<Path> made = Kubelet.makeDirectory(stagingPath);
            undoing.remove(made);
            stage(csi, stagingPath);
            if (!made.isEmpty()) { // Otherwise the staging may be somebody else's.
                undoing.by(() -> unstage(csi, stagingPath));
            }
            undoing.remove(Kubelet.makeDirectory(targetPath.getParent()));
            publish(csi, stagingPath, targetPath);
            undoing.nothing();
        }
        if (capability.isMount() && !readOnly) {
            group.apply(targetPath);
        }
        output.say(
                new Published(volumeId, stagingPath.toString(), targetPath.toString()),
                "published " + volumeId + " at " + targetPath);
    }

    private void stage(CsiClient csi, Path stagingPath) {
        var _ = csi.node()
                .nodeStageVolume(NodeStageVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setStagingTargetPath(stagingPath.toString())
                        .setVolumeCapability(capability.capability())
                        .build());
    }

    private void unstage(CsiClient csi, Path stagingPath) {
        var _ = csi.node()
                .nodeUnstageVolume(NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setStagingTargetPath(stagingPath.toString())
                        .build());
    }

    private void publish(CsiClient csi, Path stagingPath, Path targetPath) {
        var _ = csi.node()
                .nodePublishVolume(NodePublishVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setStagingTargetPath(stagingPath.toString())
                        .setTargetPath(targetPath.toString())
                        .setVolumeCapability(capability.capability())
                        .setReadonly(readOnly)
                        .build());
    }
}
