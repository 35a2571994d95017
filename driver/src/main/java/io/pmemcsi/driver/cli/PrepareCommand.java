// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.device.lvm.Preparation;
import io.pmemcsi.driver.device.lvm.Preparation.Outcome;
import io.pmemcsi.driver.device.lvm.PrepareOptions;
import io.pmemcsi.driver.device.lvm.RegionPlan;
import io.pmemcsi.driver.device.lvm.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pmem-csi prepare}: makes volume groups of the node's persistent memory. */
@Command(
        name = "prepare",
        description = {
            "Prepare the persistent memory of this node for device mode lvm: namespaces named 'pmem-csi', and on them one volume"
                    + " group per region. May be repeated at any time, and takes space that has been added since.",
            "What others own is left alone: namespaces with other names, devices with content, devices in use.",
            "Exit code 1 when a step fails, or when nothing was found that the driver may use."
        },
        sortOptions = false)
final class PrepareCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--pmem-percentage",
            paramLabel = "1..100",
            defaultValue = "100",
            description = "How much of each region to take. Default: ${DEFAULT-VALUE}")
    private int percentage = 100;

    @Option(
            names = "--init-labels",
            description = "Initialise the labels of modules that have none. Whatever is on them is lost.")
    private boolean initLabels;

    @Option(
            names = "--convert-raw",
            description = "Convert raw namespaces on which nothing is recognised. Whatever is on them is lost.")
    private boolean convertRaw;

    @Option(
            names = "--best-effort",
            description =
                    "Exit code 0 also when a step failed or nothing may be used: the messages are the same. For an init"
                            + " container, because the driver is needed for the volumes that there are.")
    private boolean bestEffort;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            defaultValue = "/run/pmem-csi",
            description = "For the configuration that LVM is given. Default: ${DEFAULT-VALUE}")
    private Path workDirectory = Path.of("/run/pmem-csi");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}")
    private OutputForm form = OutputForm.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The JSON form of one region. */
    private record Report(
            String region, long sizeBytes, List<String> steps, List<String> refused, List<String> notes) {}

    @Override
    public Integer call() {
        PrepareOptions options = options();
        Backend.requireRoot(DeviceMode.LVM, "it makes namespaces and volume groups");
        Ndctl ndctl = Backend.loaded(Ndctl.load(), "libndctl6");
        BlkidProbe blkid = Backend.loaded(BlkidProbe.load(), "libblkid1");
        try (Lvm lvm = Backend.openLvm(workDirectory)) {
            return prepare(new Preparation(ndctl, lvm, blkid), options);
        }
    }

    private PrepareOptions options() {
        try {
            return new PrepareOptions(percentage, initLabels, convertRaw);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--pmem-percentage: '" + percentage + "' is not a number from 1 to 100", e);
        }
    }

    private int prepare(Preparation preparation, PrepareOptions options) {
        Outcome outcome =
                dryRun ? new Outcome(preparation.plan(options), true) : preparation.run(options, this::announce);
        List<RegionPlan> plans = outcome.plans();
        new Output(form, spec.commandLine().getOut())
                .print(plans.stream().map(this::report).toList(), rows(plans));
        boolean usable = plans.stream()
                .anyMatch(plan -> !plan.steps().isEmpty() || !plan.notes().isEmpty());
        return bestEffort || (usable && outcome.complete()) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Progress, for whoever watches; the result goes to the standard output. */
    private void announce(Step step) {
        spec.commandLine().getErr().println("prepare: " + step + " ...");
        spec.commandLine().getErr().flush();
    }

    private Report report(RegionPlan plan) {
        return new Report(
                plan.region(),
                plan.size().bytes(),
                plan.steps().stream().map(Step::toString).toList(),
                plan.refused().stream().map(Remark::toString).toList(),
                plan.notes().stream().map(Remark::toString).toList());
    }

    private static List<List<String>> rows(List<RegionPlan> plans) {
        List<List<String>> rows = new ArrayList<>();
        if (plans.isEmpty()) {
            rows.add(List.of("this node has no persistent memory region; 'pmem-csi doctor' tells more"));
        }
        for (RegionPlan plan : plans) {
            rows.add(List.of(plan.region() + " of " + plan.size() + ":"));
            plan.steps().forEach(step -> rows.add(List.of("  would " + step)));
            plan.refused().forEach(text -> rows.add(List.of("  refused: " + text)));
            plan.notes().forEach(text -> rows.add(List.of("  " + text)));
            if (plan.steps().isEmpty()) {
                rows.add(List.of("  nothing to do"));
            }
        }
        return rows;
    }
}
