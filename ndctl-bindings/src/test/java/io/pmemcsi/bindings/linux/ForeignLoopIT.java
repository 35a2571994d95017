// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loop devices of other programs, which may have files of any name. Needs root. */
final class ForeignLoopIT {
    private static final String ATTACH =
            "f=$(printf '%s/x\\377y\\rz.img' \"$0\"); truncate -s 1M \"$f\" && losetup --find --show \"$f\"";

    @TempDir
    private Path directory = Path.of("");

    @Test
    void a_file_name_that_is_no_text_disturbs_nobody() throws Exception {
        String device = shell(ATTACH, directory.toString());
        try {
            int number = Integer.parseInt(device.replaceAll("[^0-9]", ""));
            LoopDevices loops = new LoopDevices();
            assertThat(loops.attached()).contains(number);
            assertThat(loops.backingPath(number)).map(Path::getParent).contains(directory.toRealPath());
        } finally {
            assertThat(shell("losetup --detach \"$0\"", device)).isEmpty();
        }
    }

    private static String shell(String script, String argument) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", script, argument).start();
        String output = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return output.strip();
    }
}
