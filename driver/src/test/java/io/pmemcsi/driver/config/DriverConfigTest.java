// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DriverConfigTest {
    private static final Surroundings BARE = new Surroundings(Map.of(), "host-1");

    @Test
    void has_defaults_for_everything_but_the_mode() {
        assertThat(read(Map.of()))
                .isEqualTo(new DriverConfig(
                        new DriverName("pmem-csi.intel.com"),
                        new NodeId("host-1"),
                        new Endpoint(Path.of("/var/lib/pmem-csi/csi.sock")),
                        new DriverConfig.Devices(
                                DeviceMode.EMULATED,
                                Optional.of(ByteSize.mebibytes(10240)),
                                Optional.empty(),
                                Optional.empty()),
                        new DriverConfig.Directories(
                                Path.of("/var/lib/pmem-csi.intel.com"), Path.of("/var/lib/kubelet"), Optional.empty()),
                        new DriverConfig.Operation(
                                8,
                                Optional.empty(),
                                new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO))));
    }

    @Test
    void reads_every_setting() {
        DriverConfig config = read(Map.ofEntries(
                Map.entry(Setting.DRIVER_NAME, "pmem.example.org"),
                Map.entry(Setting.NODE_ID, "worker_7.rack-2"),
                Map.entry(Setting.ENDPOINT, "unix:///run/../run/csi.sock"),
                Map.entry(Setting.DEVICE_MODE, "memory"),
                Map.entry(Setting.STATE_DIR, "/srv/state/"),
                Map.entry(Setting.KUBELET_DIR, "/srv/kubelet"),
                Map.entry(Setting.CAPACITY, "3Gi"),
                Map.entry(Setting.KUBELET_REGISTRATION_DIR, "/srv/kubelet/plugins_registry"),
                Map.entry(Setting.ERASE_RATE, "100M"),
                Map.entry(Setting.INLINE_MAX_SIZE, "1Gi"),
                Map.entry(Setting.WORKERS, "3"),
                Map.entry(Setting.METRICS_LISTEN, "[::1]:10010"),
                Map.entry(Setting.LOGGING_FORMAT, "json"),
                Map.entry(Setting.LOG_LEVEL, "debug")));
        assertThat(config)
                .isEqualTo(new DriverConfig(
                        new DriverName("pmem.example.org"),
                        new NodeId("worker_7.rack-2"),
                        new Endpoint(Path.of("/run/csi.sock")),
                        new DriverConfig.Devices(
                                DeviceMode.MEMORY,
                                Optional.of(ByteSize.mebibytes(3072)),
                                Optional.of(ByteSize.of(100_000_000)),
                                Optional.of(ByteSize.mebibytes(1024))),
                        new DriverConfig.Directories(
                                Path.of("/srv/state"),
                                Path.of("/srv/kubelet"),
                                Optional.of(Path.of("/srv/kubelet/plugins_registry"))),
                        new DriverConfig.Operation(
                                3,
                                Optional.of(new ListenAddress("::1", 10010)),
                                new LogSettings(LogSettings.Format.JSON, LogSettings.Level.DEBUG))));
    }

    @Test
    void takes_the_node_id_and_the_endpoint_from_the_environment() {
        Surroundings around = new Surroundings(
                Map.of("KUBE_NODE_NAME", "kube-node", "CSI_ENDPOINT", "unix:///csi/csi.sock"), "host-1");
        DriverConfig config = DriverConfig.read(emulated(Map.of()), around);
        assertThat(config.nodeId()).isEqualTo(new NodeId("kube-node"));
        assertThat(config.endpoint()).isEqualTo(new Endpoint(Path.of("/csi/csi.sock")));
    }

    @Test
    void keeps_state_below_the_name_of_the_driver() {
        assertThat(read(Map.of(Setting.DRIVER_NAME, "a.b")).directories().state())
                .isEqualTo(Path.of("/var/lib/a.b"));
    }

    @ParameterizedTest
    @CsvSource({"0, INFO", "3, INFO", "4, DEBUG", "5, DEBUG", "info, INFO", "debug, DEBUG"})
    void reads_log_levels_of_the_archived_driver_too(String text, LogSettings.Level level) {
        assertThat(read(Map.of(Setting.LOG_LEVEL, text)).process().logging().level())
                .isEqualTo(level);
    }

    @ParameterizedTest(name = "{0} = ''{1}''")
    @CsvSource({
        "DRIVER_NAME, ''",
        "DRIVER_NAME, a..b",
        "DRIVER_NAME, -a",
        "DRIVER_NAME, a/b",
        "DRIVER_NAME, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "NODE_ID, ''",
        "NODE_ID, a b",
        "NODE_ID, node-",
        "ENDPOINT, /csi.sock",
        "ENDPOINT, tcp://localhost:1",
        "ENDPOINT, unix://csi.sock",
        "ENDPOINT, unix:///",
        "ENDPOINT, unix:///run/",
        "DEVICE_MODE, pmem",
        "STATE_DIR, state",
        "KUBELET_DIR, ''",
        "KUBELET_REGISTRATION_DIR, registry",
        "CAPACITY, 10Q",
        "CAPACITY, 0",
        "ERASE_RATE, fast",
        "ERASE_RATE, 0",
        "INLINE_MAX_SIZE, -1",
        "WORKERS, 0",
        "WORKERS, 257",
        "WORKERS, many",
        "LOGGING_FORMAT, xml",
        "LOG_LEVEL, trace"
    })
    void refuses_values_that_cannot_work_naming_flag_and_value(Setting setting, String value) {
        assertThat(problems(emulated(Map.of(setting, value))))
                .singleElement()
                .asString()
                .startsWith(setting.flag() + ": '" + value + "'");
    }

    @ParameterizedTest
    @ValueSource(ints = {107, 108})
    void accepts_socket_paths_that_the_kernel_accepts(int length) {
        String path = "/" + "s".repeat(length - 1);
        Map<Setting, String> given = emulated(Map.of(Setting.ENDPOINT, "unix://" + path));
        if (length <= 107) {
            assertThat(DriverConfig.read(given, BARE).endpoint().socket()).isEqualTo(Path.of(path));
        } else {
            assertThat(problems(given)).singleElement().asString().contains("has 108 bytes", "at most 107");
        }
    }

    @Test
    void refuses_paths_that_are_none() {
        assertThat(problems(emulated(Map.of(Setting.STATE_DIR, "/a\0b", Setting.ENDPOINT, "unix:///a\0b"))))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("Nul character not allowed"));
    }

    @Test
    void refuses_a_registration_directory_that_leaves_no_room_for_the_socket() {
        String deep = "/" + "d".repeat(90);
        assertThat(problems(emulated(Map.of(Setting.KUBELET_REGISTRATION_DIR, deep))))
                .singleElement()
                .asString()
                .startsWith("--kubelet-registration-dir: ")
                .contains("at most 107");
    }

    @ParameterizedTest
    @EnumSource(names = {"LVM", "DIRECT"})
    void refuses_a_capacity_where_the_hardware_decides(DeviceMode mode) {
        assertThat(problems(Map.of(Setting.DEVICE_MODE, mode.flag(), Setting.CAPACITY, "1Gi")))
                .containsExactly("--capacity: only for the device modes emulated and memory");
    }

    @Test
    void takes_lvm_for_granted_and_leaves_the_capacity_to_the_hardware() {
        DriverConfig config = DriverConfig.read(Map.of(), BARE);
        assertThat(config.devices().mode()).isEqualTo(DeviceMode.LVM);
        assertThat(config.devices().capacity()).isEmpty();
    }

    @Test
    void reports_all_problems_together() {
        ConfigException refused = refusal(Map.of(
                Setting.DEVICE_MODE,
                "nvme",
                Setting.WORKERS,
                "x",
                Setting.DRIVER_NAME,
                "?",
                Setting.LOG_LEVEL,
                "9999"));
        assertThat(refused.problems()).hasSize(4);
        assertThat(refused.getMessage()).isEqualTo(String.join("\n", refused.problems()));
    }

    private static DriverConfig read(Map<Setting, String> given) {
        return DriverConfig.read(emulated(given), BARE);
    }

    private static Map<Setting, String> emulated(Map<Setting, String> given) {
        Map<Setting, String> all = new EnumMap<>(Map.of(Setting.DEVICE_MODE, "emulated"));
        all.putAll(given);
        return all;
    }

    private static List<String> problems(Map<Setting, String> given) {
        return refusal(given).problems();
    }

    private static ConfigException refusal(Map<Setting, String> given) {
        return catchThrowableOfType(ConfigException.class, () -> DriverConfig.read(given, BARE));
    }
}
