// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types what the README tells its reader to type, as root, against the built distribution. */
final class ReadmeIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final int SECONDS = 180;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void the_steps_by_hand_work_as_printed_and_leave_nothing() throws Exception {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String section = readme.substring(readme.indexOf("## Try it by hand"), readme.indexOf("## Where to look"));
        String script =
                BLOCK.matcher(section).results().map(block -> block.group(1)).collect(Collectors.joining("\n"));
        Path output = directory.resolve("output.txt");
        Path trace = directory.resolve("trace.txt");
        Process shell = new ProcessBuilder(List.of("bash", "-euxo", "pipefail", "-c", script))
                .directory(ROOT.toFile())
                .redirectOutput(Redirect.to(output.toFile()))
                .redirectError(Redirect.to(trace.toFile()))
                .start();
        boolean ended = shell.waitFor(SECONDS, TimeUnit.SECONDS);
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(ended && shell.exitValue() == 0)
                .as(Files.readString(output) + Files.readString(trace))
                .isTrue();
        // The trace repeats the commands, which hold these words too.
        assertThat(Files.readString(output)).contains("hello", "400Mi");
        assertThat(Files.readString(trace)).contains("not persistent memory");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("pmem-csi-try");
    }

    @AfterEach
    void nothing_stays_after_a_failure() throws IOException, InterruptedException {
        String cleanUp = "awk '/pmem-csi-try/ { print $5 }' /proc/self/mountinfo | sort -r | xargs -r umount -l;"
                + " rm -rf /run/pmem-csi-try /var/lib/pmem-csi-try";
        new ProcessBuilder("bash", "-c", cleanUp).inheritIO().start().waitFor();
    }
}
