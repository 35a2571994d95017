// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolRunnerTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private String run(Duration deadline, String script, String... arguments) throws IOException {
        Path tool = Files.writeString(directory.resolve("tool"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        return new ToolRunner(List.of(directory), deadline).run("tool", "toolbox", List.of(arguments));
    }

    private String run(String script, String... arguments) throws IOException {
        return run(Duration.ofSeconds(60), script, arguments);
    }

    @Test
    void arguments_arrive_as_they_are() throws IOException {
        assertThat(run("printf '%s|' \"$@\"", "a b", "$HOME", "*", "")).isEqualTo("a b|$HOME|*||");
    }

    @Test
    void the_environment_is_fixed_and_standard_input_is_empty() throws IOException {
        assertThat(run("echo \"$LC_ALL $PATH [$HOME]\"; pwd; cat"))
                .isEqualTo("C /usr/sbin:/usr/bin:/sbin:/bin []\n/\n");
    }

    @Test
    void a_failure_names_the_tool_its_code_and_its_complaint() {
        assertThatThrownBy(() -> run("echo out; echo first >&2; echo second >&2; exit 3"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT))
                .hasMessage("tool failed with exit code 3: first; second");
    }

    @Test
    void much_output_on_both_streams_blocks_nobody_and_is_cut() throws IOException {
        String much = "i=0; while [ $i -lt 300 ]; do printf '%1000s' x; printf '%1000s' y >&2; i=$((i+1)); done";
        assertThat(run(much)).hasSize(64 << 10);
    }

    @Test
    void a_tool_that_does_not_end_is_killed_with_its_children() {
        assertThatThrownBy(() -> run(Duration.ofMillis(500), "echo $$ > " + directory + "/pid; sleep 1000; true"))
                .hasMessageContaining("did not end within")
                .hasMessageContaining("tool");
        assertThat(directory.resolve("pid"))
                .satisfies(file -> assertThat(ProcessHandle.of(
                                Long.parseLong(Files.readString(file).strip())))
                        .isNotPresent());
    }

    @Test
    void a_missing_tool_names_its_package() {
        var runner = new ToolRunner(List.of(directory), Duration.ofSeconds(1));
        assertThatThrownBy(() -> runner.run("tool", "toolbox", List.of()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.NOT_READY))
                .hasMessageContaining("install the package toolbox");
    }
}
