// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.server.Running;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NodeProcessTest {
    @Test
    void exits_with_0_after_a_clean_stop_on_sigterm() throws Exception {
        assertStop("well", 0);
    }

    @Test
    void exits_with_1_after_a_stop_that_was_not_clean() throws Exception {
        assertStop("badly", 1);
    }

    @Test
    void fails_when_it_is_stopped_while_the_start_fails() {
        assertThat(NodeProcess.stop(CompletableFuture.failedFuture(new IllegalStateException("start"))))
                .isEqualTo(1);
    }

    @Test
    void is_done_when_the_driver_stops_well() {
        assertThat(NodeProcess.stop(CompletableFuture.completedFuture(new RunningDriver(new Running()))))
                .isZero();
    }

    @Test
    void does_not_wait_for_a_start_that_an_error_has_ended() throws Exception {
        Process process = command("never").redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.lines().toList())
                    .anyMatch(line -> line.contains("no library"))
                    .noneMatch(line -> line.contains("stopped during the start"));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private static ProcessBuilder command(String how) {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoppedNode.class.getName(),
                how);
    }

    private static void assertStop(String how, int code) throws Exception {
        Process process =
                command(how).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("started");
            // SIGTERM; destroy() of the process itself would also close its output.
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(out.lines().toList()).isEqualTo(List.of("second part stopped", "first part stopped"));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(code);
        } finally {
            process.destroyForcibly();
        }
    }
}
