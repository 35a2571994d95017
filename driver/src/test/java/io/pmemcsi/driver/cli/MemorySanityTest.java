// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CSI conformance tests against a whole driver in memory mode, over a socket; needs no root. */
final class MemorySanityTest {
    private static final Path RUNNER =
            Path.of("../test/sanity/against").toAbsolutePath().normalize();
    private static final int SECONDS = 120;

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"mount", "block"})
    void csi_sanity_passes_and_skips_what_is_listed(String access) throws Exception {
        Path kubelet = Files.createDirectories(directory.resolve("kubelet"));
        Path socket = directory.resolve("csi.sock");
        Path output = directory.resolve("output.txt");
        try (var _ = Wiring.start(config(socket, kubelet))) {
            Process sanity = new ProcessBuilder(RUNNER.toString(), socket.toString(), kubelet.toString(), access)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.to(output.toFile()))
                    .start();
            assertThat(sanity.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
            assertThat(sanity.exitValue()).as(Files.readString(output)).isZero();
        }
        assertThat(Files.readString(output)).contains(" 0 Failed");
    }

    private DriverConfig config(Path socket, Path kubelet) {
        return DriverConfig.read(
                Map.of(
                        Setting.DEVICE_MODE,
                        "memory",
                        Setting.ENDPOINT,
                        "unix://" + socket,
                        Setting.STATE_DIR,
                        directory.resolve("state").toString(),
                        Setting.KUBELET_DIR,
                        kubelet.toString()),
                new Surroundings(Map.of(), "sanity-node"));
    }
}
