// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.test.system.Commands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a command of LVM costs: as a program of its own, in one long-lived LVM shell, and through the library in this process,
 * in turn. All have the same configuration. Prints milliseconds, least and median.
 */
final class LvmCostOnPmem {
    private static final int ROUNDS = 10;
    private static final String GROUP = "ndbus0region0fsdax";
    private static final Path CONFIGURATION = Path.of("/run/pmem-csi-test/lvm/lvm.conf");

    private final Map<String, List<Double>> costs = new TreeMap<>();

    /** Runs a command; its failure is the caller's. */
    private interface Way {
        void run(String command) throws IOException;
    }

    @BeforeEach
    void make_a_group() {
        LvmFixture.group(GROUP, LvmFixture.namespaces().getFirst(), ByteSize.mebibytes(512));
    }

    @AfterEach
    void remove_it() {
        LvmFixture.removeGroups();
    }

    @Test
    void of_three_ways() throws IOException {
        try (Shell shell = new Shell()) {
            for (int round = 0; round < ROUNDS; round++) {
                measure("library", command -> {
                    String _ = LvmFixture.lvm().run(command.split(" ", -1));
                });
                measure("program", LvmCostOnPmem::program);
                measure("shell", shell::run);
            }
        }
        costs.forEach((what, times) -> {
            List<Double> sorted = times.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT, "%-20s %6.0f %6.0f ms%n", what, sorted.getFirst(), sorted.get(sorted.size() / 2));
        });
    }

    private void measure(String way, Way how) throws IOException {
        measure("lvcreate, " + way, how, "lvcreate -Zn -Wn -l 16 -n cost " + GROUP);
        measure("lvs, " + way, how, "lvs --reportformat json -o lv_name,lv_size,lv_tags");
        measure("lvremove, " + way, how, "lvremove --yes " + GROUP + "/cost");
    }

    private void measure(String what, Way how, String command) throws IOException {
        long before = System.nanoTime();
        how.run(command);
        costs.computeIfAbsent(what, _ -> new ArrayList<>()).add((System.nanoTime() - before) / 1e6);
    }

    private static void program(String command) {
        String _ = Commands.run(("env LVM_SYSTEM_DIR=" + CONFIGURATION.getParent() + " lvm " + command).split(" ", -1));
    }

    /** A long-lived shell of LVM. It prints one JSON object per command when its log is part of the report. */
    private static final class Shell implements AutoCloseable {
        private final Process process;
        private final Writer commands;
        private final BufferedReader answers;

        Shell() throws IOException {
            Path directory = Files.createDirectories(Path.of("/run/pmem-csi-test/shell"));
            Files.writeString(
                    directory.resolve("lvm.conf"),
                    Files.readString(CONFIGURATION)
                            .replace(
                                    "log {", "log {\n    report_command_log = 1\n    command_log_selection = \"all\""));
            ProcessBuilder builder = new ProcessBuilder("lvm").redirectErrorStream(true);
            builder.environment().put("LVM_SYSTEM_DIR", directory.toString());
            process = builder.start();
            commands = process.outputWriter(StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
        }

        void run(String command) throws IOException {
            commands.write(command + "\n");
            commands.flush();
            StringBuilder answer = new StringBuilder();
            int depth = 0;
            do {
                int next = answers.read();
                if (next < 0) {
                    throw new IOException("the shell has ended: " + answer);
                }
                depth += next == '{' ? 1 : next == '}' ? -1 : 0;
                answer.append((char) next);
            } while (depth > 0 || answer.indexOf("{") < 0);
            if (!answer.toString().contains("\"log_ret_code\":\"1\"")) {
                throw new UncheckedIOException(new IOException(command + ": " + answer));
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
