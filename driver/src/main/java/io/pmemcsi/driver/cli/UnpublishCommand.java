// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes unpublish}. */
@Command(
        name = "unpublish",
        description = "Undo publish (NodeUnpublishVolume, NodeUnstageVolume) or publish-inline (NodeUnpublishVolume).")
final class UnpublishCommand extends VolumeCommand {
    @Parameters(paramLabel = "VOLUME_ID", description = "Id of the volume, or handle of the inline volume")
    private String volumeId = "";

    @Option(names = "--target", paramLabel = "PATH", required = true, description = "Where the volume is shown")
    private Path target = Path.of("");

    @Option(names = "--inline", description = "It is an inline volume, which has never been staged and is now deleted")
    private boolean inline;

    @Option(names = "--keep-staged", description = "The volume is still shown at other targets: do not unstage it")
    private boolean keepStaged;

    @Mixin
    private StagingOptions staging = new StagingOptions();

    /** What the driver says of an inline volume, in the spelling of the kubelet. */
    private static final String EPHEMERAL_KEY = "csi.storage.k8s.io/ephemeral";

    /** The JSON form. */
    private record Unpublished(String volumeId, String targetPath, boolean unstaged) {}

    @Override
    void run(CsiClient csi, Output output) throws IOException {
        Path targetPath = target.toAbsolutePath();
        boolean ephemeral = csi.require(volumeId)
                .getVolume()
                .getVolumeContextOrDefault(EPHEMERAL_KEY, "false")
                .equals("true");
        csi.node()
                .nodeUnpublishVolume(NodeUnpublishVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setTargetPath(targetPath.toString())
                        .build());
        if (ephemeral) {
            requireGone(csi, targetPath);
        }
        boolean unstage = !ephemeral && !inline && !keepStaged;
        if (unstage) {
            unstage(csi);
            requireUnused(csi);
        }
        output.say(
                new Unpublished(volumeId, targetPath.toString(), unstage),
                "unpublished " + volumeId + " from " + targetPath);
    }

    /** Unpublishing an inline volume at a path where it is not published succeeds, and leaves it where it is. */
    private void requireGone(CsiClient csi, Path targetPath) {
        if (csi.find(volumeId).isPresent()) {
            throw new CommandFailure("the inline volume " + volumeId + " is not published at " + targetPath
                    + ", and stays; give the --target that it was published with");
        }
    }

    /** Unstaging at a path where the volume is not staged succeeds, and leaves it where it is. */
    private void requireUnused(CsiClient csi) {
        if (csi.require(volumeId).getStatus().getPublishedNodeIdsCount() > 0) {
            throw new CommandFailure("volume " + volumeId + " is still staged or published somewhere else; give the"
                    + " --kubelet-dir or --staging that it was published with, or --keep-staged");
        }
    }

    private void unstage(CsiClient csi) throws IOException {
        Path stagingPath = staging.path(csi, volumeId);
        csi.node()
                .nodeUnstageVolume(NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setStagingTargetPath(stagingPath.toString())
                        .build());
        Kubelet.removeStaging(stagingPath);
    }
}
