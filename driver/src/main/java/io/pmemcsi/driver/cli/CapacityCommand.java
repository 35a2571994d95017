// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.GetCapacityRequest;
import csi.v1.GetCapacityResponse;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code pmem-csi volumes capacity}. */
@Command(name = "capacity", description = "Show how much space is free for new volumes (GetCapacity).")
final class CapacityCommand extends VolumeCommand {
    /** The JSON form; 0 where the driver does not say. */
    private record Space(long availableBytes, long largestVolumeBytes, long smallestVolumeBytes) {
        List<List<String>> rows() {
            return List.of(
                    List.of("AVAILABLE", "LARGEST VOLUME", "SMALLEST VOLUME"),
                    List.of(text(availableBytes), text(largestVolumeBytes), text(smallestVolumeBytes)));
        }

        private static String text(long bytes) {
            return ByteSize.of(bytes).toString();
        }
    }

    @Override
    void run(CsiClient csi, Output output) {
        GetCapacityResponse answer = csi.controller().getCapacity(GetCapacityRequest.getDefaultInstance());
        Space space = new Space(
                answer.getAvailableCapacity(),
                answer.getMaximumVolumeSize().getValue(),
                answer.getMinimumVolumeSize().getValue());
        output.print(space, space.rows());
    }
}
