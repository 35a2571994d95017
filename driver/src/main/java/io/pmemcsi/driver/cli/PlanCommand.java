// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import pmemcsi.v1.PlannedVolume;

/** {@code pmem-csi volumes plan}. */
@Command(
        name = "plan",
        description = {
            "Show what 'create' would make of a size, step by step, and make nothing (PlanVolume).",
            "The running driver answers, by the rules of its device mode and its memory; PlanVolume is its own call, not CSI's."
        })
final class PlanCommand extends VolumeCommand {
    @Parameters(paramLabel = "SIZE", description = "Least size, such as 500Mi; 0 for the smallest")
    private ByteSize size = ByteSize.ZERO;

    @Option(names = "--limit", paramLabel = "SIZE", description = "Largest size. Default: no limit")
    private Optional<ByteSize> limit = Optional.empty();

    @Option(
            names = "--param",
            paramLabel = "KEY=VALUE",
            description = "Storage class parameter, such as usage=FileIO. Repeatable")
    private Map<String, String> parameters = Map.of();

    @Mixin
    private CapabilityOptions capability = new CapabilityOptions();

    @Override
    void run(CsiClient csi, Output output) {
        PlannedVolume answer = ask(csi);
        PlanReport report = new PlanReport(size, answer);
        output.print(report.json(), report.rows(), report.verdict());
    }

    private PlannedVolume ask(CsiClient csi) {
        try {
            return csi.planning()
                    .planVolume(CreateVolumeRequest.newBuilder()
                            .setName("plan")
                            .setCapacityRange(CapacityRange.newBuilder()
                                    .setRequiredBytes(size.bytes())
                                    .setLimitBytes(limit.orElse(ByteSize.ZERO).bytes()))
                            .addVolumeCapabilities(capability.capability())
                            .putAllParameters(parameters)
                            .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                throw new CommandFailure(
                        "UNIMPLEMENTED: the driver there is of an earlier version, which cannot plan", e);
            }
            throw e;
        }
    }
}
