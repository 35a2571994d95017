// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pmemcsi.driver.domain.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pmem-csi doctor} in good and broken setups: it finds what is wrong and changes nothing. */
@Timeout(120)
final class DoctorIT {
    private static final Map<String, String> HOST = Map.of();
    private static final Map<String, String> POD = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1");

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @Test
    void a_node_before_the_first_start_has_no_problem_and_stays_as_it_is() {
        List<String> before = HostState.tree(driver.directory());
        List<String> devices = loopNodes();
        Distribution.Result result = Distribution.pmemCsi(HOST, arguments());
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("OK        state directory: " + driver.state() + " is made by the driver")
                .contains("NOTE      endpoint: nothing listens: there is no " + driver.socket())
                .contains(
                        "NOTE      device mode: emulated volumes are files behind loop devices, not persistent memory")
                .contains("\n0 problems, ");
        assertThat(HostState.tree(driver.directory())).isEqualTo(before);
        assertThat(loopNodes()).isEqualTo(devices);
    }

    private static List<String> loopNodes() {
        return HostState.names(Path.of("/dev")).stream()
                .filter(name -> name.startsWith("loop"))
                .toList();
    }

    @Test
    void finds_a_running_driver_and_leaves_it_alone() {
        driver.start();
        Orchestrator node = new Orchestrator(driver);
        String id = node.create("one", 16 * DriverProcess.MIB, Requests.EXT4, Map.of());
        List<Path> attached = HostState.loops(driver.state());
        List<String> records = HostState.tree(driver.records());

        JsonObject report = report(HOST, 0);
        assertThat(finding(report, "lock")).startsWith("OK: a driver uses this state directory: process ");
        assertThat(finding(report, "endpoint"))
                .isEqualTo("OK: the driver pmem-csi.intel.com answers on " + driver.socket());
        assertThat(finding(report, "space")).contains("16Mi used by volumes");
        String elsewhere = "unix://" + driver.directory().resolve("other.sock");
        assertThat(finding(report(HOST, 0, "--endpoint", elsewhere), "endpoint"))
                .contains("nothing listens", "uses the state directory");

        assertThat(HostState.loops(driver.state())).isEqualTo(attached);
        assertThat(HostState.tree(driver.records())).isEqualTo(records);
        assertThat(driver.csi().ids()).containsExactly(id);
        driver.stop();
        assertThat(finding(report(HOST, 0), "lock")).isEqualTo("OK: no driver uses this state directory");
    }

    @Test
    void knows_the_socket_of_a_killed_driver() {
        driver.start();
        driver.killHard();
        JsonObject report = report(HOST, 0);
        assertThat(finding(report, "endpoint")).startsWith("NOTE: nobody listens on " + driver.socket());
        assertThat(finding(report, "lock")).isEqualTo("OK: no driver uses this state directory");
        assertThat(driver.socket()).exists();
    }

    @Test
    void finds_a_state_directory_that_cannot_be_written() throws IOException {
        Path readOnly = Files.createDirectory(driver.directory().resolve("readonly"));
        Distribution.tool("mount", "-t", "tmpfs", "-o", "ro", "none", readOnly.toString());
        driver.useState(readOnly.resolve("state"));
        assertThat(finding(report(HOST, 1), "state directory"))
                .isEqualTo("PROBLEM: " + driver.state() + ": " + readOnly + " cannot be written to");
    }

    @Test
    void finds_a_state_directory_that_is_too_small() throws IOException {
        Path small = Files.createDirectory(driver.directory().resolve("small"));
        Distribution.tool("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", small.toString());
        driver.useState(small);
        assertThat(finding(report(HOST, 1), "space")).startsWith("PROBLEM: 4Mi free");
    }

    @Test
    void finds_a_state_directory_that_others_can_change() throws IOException {
        Files.createDirectory(driver.state());
        Distribution.tool("chown", "65534", driver.state().toString());
        assertThat(finding(report(HOST, 1), "state directory's owner")).contains("belongs to user 65534");
        Distribution.tool("chown", "0", driver.state().toString());
        Files.setPosixFilePermissions(driver.state(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(finding(report(HOST, 1), "state directory's owner")).contains("written to by other users");
    }

    @Test
    void finds_damaged_records() throws IOException {
        Files.createDirectories(driver.records());
        String record = VolumeId.ofName("pv-1").value() + ".json";
        Path damaged = Files.writeString(driver.records().resolve(record), "{");
        driver.start();
        driver.stop();
        assertThat(damaged).doesNotExist();
        assertThat(finding(report(HOST, 1), "records"))
                .contains("PROBLEM: 1 set aside as damaged", record + ".damaged-");
    }

    @Test
    void finds_a_file_in_the_place_of_the_socket() throws IOException {
        Files.createDirectories(driver.socket().getParent());
        Files.writeString(driver.socket(), "precious");
        assertThat(finding(report(HOST, 1), "endpoint"))
                .isEqualTo("PROBLEM: " + driver.socket() + " is in the way: it is not a socket");
        assertThat(driver.socket()).hasContent("precious");
    }

    @Test
    void finds_a_registration_directory_that_is_missing() {
        Path registry = driver.kubelet().resolve("plugins_registry");
        JsonObject report = report(HOST, 1, "--kubelet-registration-dir", registry.toString());
        assertThat(finding(report, "registration")).isEqualTo("PROBLEM: " + registry + " is missing");
    }

    @Test
    void knows_whether_mounts_are_shared() {
        String kubelet = driver.kubelet().toString();
        Distribution.tool("mount", "--bind", kubelet, kubelet);
        Distribution.tool("mount", "--make-private", kubelet);
        assertThat(finding(report(HOST, 0), "mount propagation")).startsWith("NOTE: " + kubelet + " is not a shared");
        assertThat(finding(report(POD, 1), "mount propagation")).startsWith("PROBLEM: " + kubelet + " is not a shared");
        Distribution.tool("mount", "--make-shared", kubelet);
        assertThat(finding(report(POD, 0), "mount propagation")).startsWith("OK: ");
    }

    /** The program is hidden in a mount namespace of the doctor's own. */
    @Test
    void finds_a_program_that_is_missing() throws IOException {
        Path hidden = Files.createFile(driver.directory().resolve("no-program"));
        String script = "mount --bind \"$1\" \"$(readlink -f /usr/sbin/mkfs.xfs)\"; shift; \"$@\"; test $? = 1";
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", script));
        command.addAll(List.of("sh", hidden.toString()));
        command.addAll(Distribution.command(arguments("-o", "json")));
        String out = Distribution.tool(command.toArray(String[]::new));
        JsonObject report = JsonParser.parseString(out).getAsJsonObject();
        assertThat(finding(report, "mkfs.xfs")).isEqualTo("PROBLEM: missing: cannot format xfs volumes");
        assertThat(check(report, "mkfs.xfs").get("cure").getAsString()).isEqualTo("apt-get install xfsprogs");
        assertThat(finding(report, "mkfs.ext4")).isEqualTo("OK: installed");
    }

    /** Where there is some, it is hidden in a mount namespace of the doctor's own. */
    @ParameterizedTest
    @ValueSource(strings = {"lvm", "direct"})
    void finds_that_there_is_no_persistent_memory(String mode) {
        JsonObject report = changed("test ! -d /sys/bus/nd || mount -t tmpfs none /sys/bus/nd", mode);
        assertThat(finding(report, "persistent memory")).startsWith("PROBLEM: no persistent memory found");
        assertThat(check(report, "persistent memory").get("cure").getAsString()).isNotEmpty();
    }

    @Test
    void finds_a_sysfs_that_cannot_be_written() {
        String readOnly = "mount -o remount,bind,ro /sys";
        assertThat(finding(changed(readOnly, "direct"), "sysfs"))
                .isEqualTo("PROBLEM: /sys is mounted read-only: volumes can be neither made nor deleted");
        JsonObject lvm = changed(readOnly, "lvm");
        assertThat(finding(lvm, "sysfs")).startsWith("NOTE: /sys is mounted read-only: the driver works, but");
        assertThat(check(lvm, "sysfs").get("cure").getAsString()).startsWith("mount -o remount,rw /sys;");
    }

    /** What it says of a problem that a line of shell makes for it alone. */
    private static JsonObject changed(String problem, String mode) {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c"));
        command.addAll(List.of("set -e; " + problem + "; set +e; \"$@\"; test $? = 1", "sh"));
        command.addAll(Distribution.command(List.of("doctor", "--device-mode", mode, "-o", "json")));
        return JsonParser.parseString(Distribution.tool(command.toArray(String[]::new)))
                .getAsJsonObject();
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("doctor", "--device-mode", "emulated"));
        arguments.addAll(List.of(
                "--state-dir",
                driver.state().toString(),
                "--kubelet-dir",
                driver.kubelet().toString()));
        arguments.addAll(List.of("--capacity", "64Mi"));
        if (!List.of(more).contains("--endpoint")) {
            arguments.addAll(List.of("--endpoint", "unix://" + driver.socket()));
        }
        arguments.addAll(List.of(more));
        return arguments;
    }

    private JsonObject report(Map<String, String> environment, int code, String... more) {
        List<String> arguments = arguments(more);
        arguments.addAll(List.of("-o", "json"));
        Distribution.Result result = Distribution.pmemCsi(environment, arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.out()).isEqualTo(code);
        return JsonParser.parseString(result.out()).getAsJsonObject();
    }

    private static String finding(JsonObject report, String name) {
        JsonObject check = check(report, name);
        return check.get("verdict").getAsString() + ": " + check.get("finding").getAsString();
    }

    private static JsonObject check(JsonObject report, String name) {
        return report.getAsJsonArray("checks").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(check -> check.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
