// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.logging.LogSetup;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pmem-csi node}: the driver itself. */
@Command(
        name = "node",
        description = {
            "Run the driver of this node until it gets SIGTERM.",
            "Sizes are Kubernetes quantities, such as 64Gi."
        },
        sortOptions = false)
final class NodeCommand implements Callable<Integer> {
    private final Surroundings around;
    private final Starter starter;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private NodeCommand(Surroundings around, Starter starter) {
        this.around = around;
        this.starter = starter;
    }

    /** Builds and starts the driver. */
    interface Starter {
        RunningDriver start(DriverConfig config) throws Exception;
    }

    /** The command with one option per setting; the names of the archived driver work too, but are not advertised. */
    static CommandLine commandLine(Surroundings around, Starter starter) {
        CommandLine command = new CommandLine(new NodeCommand(around, starter));
        CommandSpec spec = command.getCommandSpec();
        for (Setting setting : Setting.values()) {
            spec.addOption(option(setting.flag(), setting).build());
            setting.formerFlag()
                    .filter(flag -> !flag.equals(setting.flag()))
                    .ifPresent(flag ->
                            spec.addOption(option(flag, setting).hidden(true).build()));
        }
        return command;
    }

    @Override
    public Integer call() throws Exception {
        DriverConfig config = DriverConfig.read(given(), around);
        LogSetup.apply(config.process().logging(), System.err);
        return new NodeProcess(starter, Runtime.getRuntime()::halt).run(config);
    }

    private static OptionSpec.Builder option(String flag, Setting setting) {
        return OptionSpec.builder(flag)
                .type(String.class)
                .paramLabel(setting.valueName())
                .description(setting.help());
    }

    private Map<Setting, String> given() {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Optional<String> value = value(setting.flag());
            Optional<String> former = setting.formerFlag().flatMap(this::value).map(text -> renamed(setting, text));
            if (value.isPresent() && former.isPresent()) {
                throw new ParameterException(
                        spec.commandLine(),
                        setting.flag() + " and " + setting.formerFlag().orElseThrow() + " are the same; give one");
            }
            value.or(() -> former).ifPresent(text -> given.put(setting, text));
        }
        return given;
    }

    private Optional<String> value(String flag) {
        return Optional.ofNullable(spec.commandLine().getParseResult().matchedOptionValue(flag, null));
    }

    /** The archived driver's names of device modes. */
    private static String renamed(Setting setting, String text) {
        if (setting != Setting.DEVICE_MODE) {
            return text;
        }
        return switch (text) {
            case "ndctl" -> "direct";
            case "fake" -> "memory";
            default -> text;
        };
    }
}
