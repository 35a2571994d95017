// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a running tool when the driver is killed. */
@Timeout(60)
final class OrphanedToolTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void a_tool_dies_with_the_driver() throws Exception {
        Path started = directory.resolve("started");
        Path tool = Files.writeString(
                directory.resolve("tool"), "#!/bin/sh\necho $$ > " + started + "\nread never < " + pipe());
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        Process driver = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Driver.class.getName(),
                        directory.toString())
                .inheritIO()
                .start();
        ProcessHandle running = ProcessHandle.of(pidIn(started)).orElseThrow();
        driver.destroyForcibly().waitFor();
        assertThat(running.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    /** A pipe that nobody writes to: reading from it takes for ever. */
    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    private static long pidIn(Path file) throws Exception {
        while (!Files.exists(file) || Files.readString(file).isBlank()) {
            Thread.onSpinWait();
        }
        return Long.parseLong(Files.readString(file).strip());
    }

    /** The driver, in a process of its own. */
    static final class Driver {
        private Driver() {}

        public static void main(String[] arguments) {
            new ToolRunner(List.of(Path.of(arguments[0])), Duration.ofMinutes(5)).run("tool", "toolbox", List.of());
        }
    }
}
