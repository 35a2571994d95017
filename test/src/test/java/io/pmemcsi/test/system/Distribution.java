// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folder that {@code make build} leaves, or the one whose launcher the environment variable PMEM_CSI names. */
final class Distribution {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Distribution() {}

    /** How a program ended and what it wrote. */
    record Result(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    static Path launcher() {
        Path launcher = Optional.ofNullable(System.getenv("PMEM_CSI"))
                .map(Path::of)
                .orElseGet(() -> Path.of("..", "target", "pmem-csi", "bin", "pmem-csi")
                        .toAbsolutePath()
                        .normalize());
        if (!Files.isExecutable(launcher)) {
            throw new AssertionError(launcher + " is missing: run 'make build'");
        }
        return launcher;
    }

    static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(arguments);
        return command;
    }

    /** Runs {@code pmem-csi} to its end. */
    static Result pmemCsi(Map<String, String> environment, List<String> arguments) {
        return run(environment, command(arguments));
    }

    /** Runs a program of the system; fails when the program does. */
    static String tool(String... command) {
        Result result = run(Map.of(), List.of(command));
        if (result.code() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + result.err());
        }
        return result.out().strip();
    }

    private static Result run(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Guest.Result result = Script.execute(builder, PATIENCE);
        return new Result(result.code(), result.out(), result.err());
    }
}
