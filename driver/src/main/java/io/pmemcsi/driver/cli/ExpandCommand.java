// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.NodeExpandVolumeRequest;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes expand}. */
@Command(
        name = "expand",
        description = "Make a volume larger, also while it is used (ControllerExpandVolume, NodeExpandVolume).")
final class ExpandCommand extends VolumeCommand {
    @Parameters(paramLabel = "VOLUME_ID", description = "Id of the volume")
    private String volumeId = "";

    @Option(names = "--size", paramLabel = "SIZE", required = true, description = "New least size, such as 128Mi")
    private ByteSize size = ByteSize.ZERO;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "Where the volume is published; needed to grow its file system too")
    private Optional<Path> path = Optional.empty();

    /** The JSON form. */
    private record Expanded(String volumeId, long sizeBytes, boolean nodeExpansionRequired) {}

    @Override
    void run(CsiClient csi, Output output) {
        CapacityRange range =
                CapacityRange.newBuilder().setRequiredBytes(size.bytes()).build();
        ControllerExpandVolumeResponse grown = csi.controller()
                .controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setCapacityRange(range)
                        .build());
        path.ifPresent(where -> csi.node()
                .nodeExpandVolume(NodeExpandVolumeRequest.newBuilder()
                        .setVolumeId(volumeId)
                        .setVolumePath(where.toAbsolutePath().toString())
                        .setCapacityRange(range)
                        .build()));
        boolean unfinished = grown.getNodeExpansionRequired() && path.isEmpty();
        output.say(
                new Expanded(volumeId, grown.getCapacityBytes(), unfinished),
                volumeId + " has " + ByteSize.of(grown.getCapacityBytes())
                        + (unfinished ? "; its file system grows when the command is repeated with --path" : ""));
    }
}
