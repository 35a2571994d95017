// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.doctor.Diagnosis;
import io.pmemcsi.driver.doctor.Examination;
import io.pmemcsi.driver.doctor.Facts;
import io.pmemcsi.driver.doctor.PmemFacts;
import io.pmemcsi.driver.doctor.Verdict;
import io.pmemcsi.driver.doctor.linux.LinuxNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pmem-csi doctor}: whether the driver can work on this node. */
@Command(
        name = "doctor",
        description = {
            "Tell what is wrong on this node, and how to cure it. Changes nothing.",
            "Give the same flags as to 'pmem-csi node'. Exit code 1 when there is a problem."
        },
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    private static final List<Setting> SETTINGS = List.of(
            Setting.DRIVER_NAME,
            Setting.ENDPOINT,
            Setting.STATE_DIR,
            Setting.KUBELET_DIR,
            Setting.KUBELET_REGISTRATION_DIR,
            Setting.CAPACITY);
    private static final String INDENT = " ".repeat(10);

    private final Surroundings around;

    @Option(
            names = "--device-mode",
            paramLabel = "MODE",
            defaultValue = "lvm",
            description = "What volumes shall be made of: lvm, direct, emulated or memory. Default: ${DEFAULT-VALUE}")
    private String mode = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}")
    private OutputForm form = OutputForm.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private DoctorCommand(Surroundings around) {
        this.around = around;
    }

    /** The JSON form. */
    private record Report(String deviceMode, long problems, long notes, List<Diagnosis> checks) {
        static Report of(DeviceMode mode, List<Diagnosis> checks) {
            return new Report(mode.flag(), count(checks, Verdict.PROBLEM), count(checks, Verdict.NOTE), checks);
        }

        private static long count(List<Diagnosis> checks, Verdict verdict) {
            return checks.stream().filter(check -> check.verdict() == verdict).count();
        }
    }

    /** The command with those settings of the driver that it judges. */
    static CommandLine commandLine(Surroundings around) {
        CommandLine command = new CommandLine(new DoctorCommand(around));
        for (Setting setting : SETTINGS) {
            command.getCommandSpec()
                    .addOption(OptionSpec.builder(setting.flag())
                            .type(String.class)
                            .paramLabel(setting.valueName())
                            .description(setting.help())
                            .build());
        }
        return command;
    }

    @Override
    public Integer call() {
        DriverConfig config = DriverConfig.read(given(), around);
        LinuxNode node = new LinuxNode();
        PmemFacts memory = new PmemLook(node).at(config.devices().mode());
        Facts facts = node.facts(config, around, EndpointLook.at(config.endpoint()), memory);
        Report report = Report.of(config.devices().mode(), Examination.of(facts));
        new Output(form, spec.commandLine().getOut()).print(report, rows(report));
        return report.problems() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<Setting, String> given() {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        given.put(Setting.DEVICE_MODE, mode);
        for (Setting setting : SETTINGS) {
            Optional<String> value =
                    Optional.ofNullable(spec.commandLine().getParseResult().matchedOptionValue(setting.flag(), null));
            value.ifPresent(text -> given.put(setting, text));
        }
        return given;
    }

    private static List<List<String>> rows(Report report) {
        List<List<String>> rows = new ArrayList<>();
        for (Diagnosis check : report.checks()) {
            rows.add(
                    List.of(String.format(Locale.ROOT, "%-10s%s: %s", check.verdict(), check.name(), check.finding())));
            if (!check.cure().isEmpty()) {
                rows.add(List.of(INDENT + "-> " + check.cure()));
            }
        }
        rows.add(List.of(counted(report.problems(), "problem") + ", " + counted(report.notes(), "note")));
        return rows;
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
