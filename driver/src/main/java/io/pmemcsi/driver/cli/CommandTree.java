// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.Endpoint;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.Quantity;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** All commands, put together. */
final class CommandTree {
    private CommandTree() {}

    static CommandLine create(Surroundings around, NodeCommand.Starter starter) {
        CommandLine volumes = new CommandLine(new VolumesCommand())
                .addSubcommand(new CreateCommand())
                .addSubcommand(new PublishCommand())
                .addSubcommand(new PublishInlineCommand())
                .addSubcommand(new UnpublishCommand())
                .addSubcommand(new DeleteCommand())
                .addSubcommand(new ListCommand())
                .addSubcommand(new StatsCommand())
                .addSubcommand(new ExpandCommand())
                .addSubcommand(new CapacityCommand())
                .addSubcommand(new PlanCommand());
        CommandLine root = new CommandLine(new RootCommand())
                .addSubcommand(NodeCommand.commandLine(around, starter))
                .addSubcommand(new PrepareCommand())
                .addSubcommand(volumes)
                .addSubcommand(DoctorCommand.commandLine(around))
                .addSubcommand(new VersionCommand())
                .addSubcommand(new TrainCommand(around, starter));
        root.getCommandSpec().addOption(versionOption());
        addHelp(root);
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ByteSize.class, CommandTree::size)
                .registerConverter(Endpoint.class, CommandTree::endpoint)
                .registerConverter(Duration.class, Durations::parse)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler(Failures::failed);
    }

    private static OptionSpec versionOption() {
        return OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build();
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help and exit.")
                        .build());
        command.getSubcommands().values().forEach(CommandTree::addHelp);
    }

    private static ByteSize size(String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private static Endpoint endpoint(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
