// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.DeleteVolumeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes delete}. */
@Command(
        name = "delete",
        description = {
            "Delete a volume and its data (DeleteVolume).",
            "The driver erases it in the background; its space is free again after that.",
            "A volume that does not exist is an error."
        })
final class DeleteCommand extends VolumeCommand {
    @Parameters(paramLabel = "VOLUME_ID", description = "Id of the volume")
    private String volumeId = "";

    /** The JSON form. */
    private record Deleted(String volumeId) {}

    @Override
    void run(CsiClient csi, Output output) {
        csi.require(volumeId);
        csi.controller()
                .deleteVolume(
                        DeleteVolumeRequest.newBuilder().setVolumeId(volumeId).build());
        output.say(new Deleted(volumeId), "deleted " + volumeId);
    }
}
