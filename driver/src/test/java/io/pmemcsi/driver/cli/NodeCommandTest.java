// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.LogSettings;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.server.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeCommandTest {
    private final List<DriverConfig> started = new ArrayList<>();

    @Test
    void hands_its_flags_to_the_driver() {
        Ran ran = node("--device-mode", "memory", "--capacity=3Gi", "--node-id", "n1", "-v", "debug", "--workers=2");
        assertThat(ran).isEqualTo(new Ran(0, "", ""));
        DriverConfig config = started.getFirst();
        assertThat(config.devices().capacity()).contains(ByteSize.mebibytes(3072));
        assertThat(config.nodeId().value()).isEqualTo("n1");
        assertThat(config.process().workers()).isEqualTo(2);
        assertThat(config.process().logging().level()).isEqualTo(LogSettings.Level.DEBUG);
    }

    @Test
    void understands_the_flags_of_the_archived_driver() {
        Ran ran = node(
                "-drivername=pmem.example.org",
                "-nodeid",
                "n1",
                "-endpoint=unix:///tmp/csi.sock",
                "-deviceManager=fake",
                "-statePath=/srv/state",
                "-logging-format=json",
                "-v=5");
        assertThat(ran).isEqualTo(new Ran(0, "", ""));
        DriverConfig config = started.getFirst();
        assertThat(config.driverName().value()).isEqualTo("pmem.example.org");
        assertThat(config.nodeId().value()).isEqualTo("n1");
        assertThat(config.endpoint().socket()).isEqualTo(Path.of("/tmp/csi.sock"));
        assertThat(config.devices().mode()).isEqualTo(DeviceMode.MEMORY);
        assertThat(config.directories().state()).isEqualTo(Path.of("/srv/state"));
        assertThat(config.process().logging())
                .isEqualTo(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.DEBUG));
    }

    @Test
    void knows_what_the_archived_driver_called_direct_mode() {
        assertThat(node("-deviceManager", "ndctl").code()).isZero();
        assertThat(started.getFirst().devices().mode()).isEqualTo(DeviceMode.DIRECT);
    }

    @Test
    void says_in_one_line_why_it_cannot_start() {
        assertThat(failing(new StorageException(FailureKind.NOT_READY, "no loop devices")))
                .isEqualTo(new Ran(1, "", "no loop devices\n"));
        assertThat(failing(new IOException("another process answers on /run/csi.sock")))
                .isEqualTo(new Ran(1, "", "another process answers on /run/csi.sock\n"));
    }

    @Test
    void shows_where_a_bug_is() {
        Ran ran = failing(new IllegalStateException("never"));
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("\tat ", "this is a bug in pmem-csi: java.lang.IllegalStateException: never");
    }

    private Ran node(String... args) {
        return Ran.pmemCsi(
                config -> {
                    started.add(config);
                    RunningDriver driver = new RunningDriver(new Running());
                    driver.close();
                    return driver;
                },
                prepend(args));
    }

    private static Ran failing(Exception reason) {
        return Ran.pmemCsi(
                config -> {
                    throw reason;
                },
                "node",
                "--device-mode",
                "memory");
    }

    private static String[] prepend(String... args) {
        List<String> all = new ArrayList<>(List.of("node"));
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }
}
