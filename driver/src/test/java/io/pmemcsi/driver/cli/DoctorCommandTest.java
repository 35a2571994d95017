// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In memory mode, where the findings do not depend on the machine that runs the tests. */
@Timeout(60)
final class DoctorCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private Path socket = Path.of("");

    @BeforeEach
    void make_a_kubelet_directory() throws IOException {
        socket = directory.resolve("csi.sock");
        Files.createDirectory(directory.resolve("kubelet"));
    }

    @Test
    void finds_no_problem_without_a_driver() {
        Ran ran = doctor();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .contains("NOTE      endpoint: nothing listens: there is no " + socket
                        + "\n          -> start the driver")
                .contains("NOTE      device mode: memory volumes")
                .contains("\n0 problems, ");
        assertThat(ran.code()).isZero();
    }

    @Test
    void finds_the_driver_that_runs() throws Exception {
        try (var _ = driver()) {
            assertThat(check("endpoint")).isEqualTo("OK: the driver pmem-csi.intel.com answers on " + socket);
            assertThat(check("endpoint", "--driver-name", "other.example.org"))
                    .startsWith("PROBLEM: the driver pmem-csi.intel.com answers on " + socket + ", not other");
        }
        assertThat(check("endpoint")).startsWith("NOTE: nothing listens");
    }

    @Test
    void a_problem_makes_it_fail() throws IOException {
        Files.writeString(socket, "precious");
        Ran ran = doctor();
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("PROBLEM   endpoint: " + socket + " is in the way", "\n1 problem, ");
        assertThat(socket).hasContent("precious");
    }

    @Test
    void knows_a_socket_that_was_left_and_one_that_is_no_drivers() throws Exception {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread listener = Thread.ofVirtual().start(() -> hangUp(server));
        assertThat(check("endpoint")).startsWith("PROBLEM: no CSI driver answers on " + socket + ": ");
        server.close();
        // Only when it has left accept() does the kernel stop listening.
        listener.join();
        assertThat(check("endpoint")).startsWith("NOTE: nobody listens on " + socket);
    }

    /** Closes each connection at once. */
    private static void hangUp(ServerSocketChannel server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException e) {
            // The test is over.
            return;
        }
    }

    @Test
    void a_file_above_the_socket_is_in_the_way() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        Path below = directory.resolve("file/csi.sock");
        assertThat(check("endpoint", "--endpoint", "unix://" + below)).startsWith("PROBLEM: ");
    }

    @ParameterizedTest
    @CsvSource({
        "--device-mode lvm --capacity 1Gi, --capacity: only for",
        "--state-dir x, not an absolute",
        "--workers 3, --workers"
    })
    void wrong_usage_exits_with_2(String flags, String message) {
        List<String> arguments = new ArrayList<>(List.of("doctor"));
        arguments.addAll(List.of(flags.split(" ")));
        Ran ran = Ran.pmemCsi(arguments.toArray(String[]::new));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(message);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void uses_the_defaults_of_the_driver() {
        JsonObject report = JsonParser.parseString(
                        Ran.pmemCsi("doctor", "-o", "json").out())
                .getAsJsonObject();
        assertThat(report.keySet()).containsExactly("deviceMode", "problems", "notes", "checks");
        assertThat(report.get("deviceMode").getAsString()).isEqualTo("lvm");
        assertThat(report.toString()).contains("/var/lib/pmem-csi.intel.com", "/var/lib/kubelet");
    }

    @Test
    void explains_itself() {
        Ran ran = Ran.pmemCsi("doctor", "--help");
        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .startsWith("Usage: pmem-csi doctor")
                .contains("--state-dir", "--kubelet-dir", "--endpoint", "--kubelet-registration-dir", "Default: lvm")
                .doesNotContain("--workers");
    }

    private AutoCloseable driver() throws IOException {
        return Wiring.start(DriverConfig.read(
                Map.of(
                        Setting.DEVICE_MODE,
                        "memory",
                        Setting.ENDPOINT,
                        "unix://" + socket,
                        Setting.KUBELET_DIR,
                        directory.resolve("kubelet").toString()),
                new Surroundings(Map.of(), "host-1")));
    }

    private Ran doctor(String... more) {
        List<String> arguments = new ArrayList<>(List.of("doctor", "--device-mode", "memory"));
        arguments.addAll(List.of("--kubelet-dir", directory.resolve("kubelet").toString()));
        if (!List.of(more).contains("--endpoint")) {
            arguments.addAll(List.of("--endpoint", "unix://" + socket));
        }
        arguments.addAll(List.of(more));
        return Ran.pmemCsi(arguments.toArray(String[]::new));
    }

    /** Verdict and finding of one check. */
    private String check(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("-o", "json"));
        JsonObject report = JsonParser.parseString(
                        doctor(arguments.toArray(String[]::new)).out())
                .getAsJsonObject();
        return report.getAsJsonArray("checks").asList().stream()
                .map(check -> check.getAsJsonObject())
                .filter(check -> check.get("name").getAsString().equals(name))
                .map(check -> check.get("verdict").getAsString() + ": "
                        + check.get("finding").getAsString())
                .findFirst()
                .orElseThrow();
    }
}
