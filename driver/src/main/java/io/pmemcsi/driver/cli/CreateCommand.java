// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.Volume;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes create}. */
@Command(
        name = "create",
        description = "Create a volume, or find the one that was created under the same name (CreateVolume).")
final class CreateCommand extends VolumeCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the volume; its id is derived from it")
    private String name = "";

    @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Least size, such as 64Mi")
    private ByteSize size = ByteSize.ZERO;

    @Option(names = "--limit", paramLabel = "SIZE", description = "Largest size. Default: no limit")
    private Optional<ByteSize> limit = Optional.empty();

    @Option(
            names = "--param",
            paramLabel = "KEY=VALUE",
            description = "Storage class parameter, such as usage=FileIO. Repeatable")
    private Map<String, String> parameters = Map.of();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the volume id and nothing else")
    private boolean quiet;

    @Mixin
    private CapabilityOptions capability = new CapabilityOptions();

    @Override
    void run(CsiClient csi, Output output) {
        Volume volume = csi.controller()
                .createVolume(CreateVolumeRequest.newBuilder()
                        .setName(name)
                        .setCapacityRange(CapacityRange.newBuilder()
                                .setRequiredBytes(size.bytes())
                                .setLimitBytes(limit.orElse(ByteSize.ZERO).bytes()))
                        .addVolumeCapabilities(capability.capability())
                        .putAllParameters(parameters)
                        .build())
                .getVolume();
        if (quiet) {
            output.raw(volume.getVolumeId());
        } else {
            show(volume, output);
        }
    }

    /** The JSON form. */
    private record Created(String volumeId, String name, long sizeBytes, Map<String, String> volumeContext) {}

    private void show(Volume volume, Output output) {
        output.print(
                new Created(volume.getVolumeId(), name, volume.getCapacityBytes(), volume.getVolumeContextMap()),
                List.of(
                        List.of("VOLUME ID", "SIZE"),
                        List.of(
                                volume.getVolumeId(),
                                ByteSize.of(volume.getCapacityBytes()).toString())));
    }
}
