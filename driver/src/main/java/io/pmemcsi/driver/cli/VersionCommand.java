// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pmem-csi version}. */
@Command(name = "version", description = "Print the version of this program, of Java and of CSI.")
final class VersionCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}")
    private OutputForm form = OutputForm.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        BuildInfo build = BuildInfo.read();
        new Output(form, spec.commandLine().getOut()).print(build, build.rows());
        return CommandLine.ExitCode.OK;
    }

    /** The text of {@code --version}. */
    static final class Provider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            List<String> lines = Output.table(BuildInfo.read().rows());
            return lines.toArray(String[]::new);
        }
    }
}
