// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An administrator at work: everything is done with {@code pmem-csi volumes}. */
@Timeout(120)
final class CommandLineIT {
    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @BeforeEach
    void start() {
        driver.start();
    }

    @Test
    void an_inline_volume_from_the_first_to_the_last_command() throws IOException {
        Path target = driver.kubelet().resolve("pods/pod-1/data");
        assertThat(done("publish-inline", "scratch", "--size", "32Mi", "--target", target.toString()))
                .isEqualTo("published scratch at " + target);
        Files.writeString(target.resolve("file"), "hello");
        assertThat(HostState.mountPoints(target)).containsExactly(target);
        assertThat(json("capacity").getAsJsonObject().get("availableBytes").getAsLong())
                .isEqualTo(DriverProcess.CAPACITY - 32 * DriverProcess.MIB);
        assertThat(done("list")).startsWith("VOLUME ID ").contains("scratch", "32Mi", "not persistent memory");

        JsonObject gone = json("unpublish", "scratch", "--inline", "--target", target.toString())
                .getAsJsonObject();
        assertThat(gone.get("unstaged").getAsBoolean()).isFalse();
        assertThat(target).doesNotExist();
        assertThat(json("list").getAsJsonArray()).isEmpty();
        driver.csi().awaitAvailable(DriverProcess.CAPACITY);
        driver.assertNothingIsLeft();
    }

    @Test
    void a_persistent_volume_from_the_first_to_the_last_command() throws IOException {
        String id = done("create", "cache", "--size", "300Mi", "--fs", "xfs", "--quiet");
        JsonObject again =
                json("create", "cache", "--size", "300Mi", "--fs", "xfs").getAsJsonObject();
        assertThat(again.get("volumeId").getAsString()).isEqualTo(id);
        assertThat(again.get("sizeBytes").getAsLong()).isEqualTo(300 * DriverProcess.MIB);

        String target = publish(id);
        Files.writeString(Path.of(target, "file"), "hello");
        long before = total(id, target);
        assertThat(done("expand", id, "--size", "340Mi", "--path", target)).isEqualTo(id + " has 340Mi");
        assertThat(total(id, target)).isGreaterThan(before + 30 * DriverProcess.MIB);

        unpublish(id, target);
        assertThat(Path.of(target)).doesNotExist();
        assertThat(HostState.mountPoints(driver.kubelet())).isEmpty();
        publish(id);
        assertThat(Path.of(target, "file")).hasContent("hello");
        unpublish(id, target);
        assertThat(done("delete", id)).isEqualTo("deleted " + id);
        driver.csi().awaitAvailable(DriverProcess.CAPACITY);
        driver.assertNothingIsLeft();
    }

    /** The estimate of a file system's own needs is that of the tools on this machine. */
    @ParameterizedTest
    @CsvSource({"ext4, 130M", "ext4, 513Mi", "xfs, 300Mi"})
    void a_volume_becomes_what_was_planned(String fsType, String size) {
        JsonObject plan = json("plan", size, "--fs", fsType).getAsJsonObject();
        String id = done("create", "planned", "--size", size, "--fs", fsType, "--quiet");
        String target = publish(id);
        assertThat(driver.csi().volumes().getFirst().getCapacityBytes())
                .isEqualTo(plan.get("deviceBytes").getAsLong())
                .isEqualTo(plan.get("takenBytes").getAsLong());
        assertThat(plan.get("usableIsEstimate").getAsBoolean()).isTrue();
        assertThat(bytes(id, target).get("available").getAsLong())
                .isCloseTo(plan.get("usableBytes").getAsLong(), Percentage.withPercentage(1));
        unpublish(id, target);
    }

    @Test
    void a_volume_that_grew_while_it_was_not_used_gets_its_file_system_grown_later() {
        String id = done("create", "later", "--size", "300Mi", "--fs", "xfs", "--quiet");
        String target = publish(id);
        long before = total(id, target);
        unpublish(id, target);
        JsonObject grown = json("expand", id, "--size", "340Mi").getAsJsonObject();
        assertThat(grown.get("nodeExpansionRequired").getAsBoolean()).isTrue();
        publish(id);
        assertThat(done("expand", id, "--size", "340Mi", "--path", target)).isEqualTo(id + " has 340Mi");
        assertThat(total(id, target)).isGreaterThan(before + 30 * DriverProcess.MIB);
    }

    @Test
    void failures_are_one_line_on_standard_error_and_an_exit_code() {
        String id = done("create", "used", "--size", "16Mi", "--quiet");
        String target = publish(id);
        assertFails(1, "FAILED_PRECONDITION: volume " + id + " is in use", "delete", id);
        assertFails(1, "NOT_FOUND: ", "stats", "nonsense", "--path", target);
        String wrong = "eraseafter=maybe";
        assertFails(1, "INVALID_ARGUMENT: parameters[eraseafter]", "create", "x", "--size", "1Mi", "--param", wrong);
        assertFails(1, "OUT_OF_RANGE: ", "create", "x", "--size", "1Ti");
        assertFails(2, "--size", "create", "x", "--size", "much");
        assertFails(2, "Missing required", "create", "x");
        assertFails(1, "no driver answers", "list", "--endpoint", "unix:///nonexistent/csi.sock");
        assertThat(driver.csi().ids()).containsExactly(id);
    }

    private String publish(String id) {
        String target = driver.kubelet().resolve("pods/pod-2/data").toString();
        String kubelet = driver.kubelet().toString();
        assertThat(done("publish", id, "--fs", "", "--kubelet-dir", kubelet, "--target", target))
                .isEqualTo("published " + id + " at " + target);
        return target;
    }

    private void unpublish(String id, String target) {
        String kubelet = driver.kubelet().toString();
        assertThat(done("unpublish", id, "--kubelet-dir", kubelet, "--target", target))
                .isEqualTo("unpublished " + id + " from " + target);
    }

    /** The size of the file system. */
    private long total(String id, String target) {
        return bytes(id, target).get("total").getAsLong();
    }

    private JsonObject bytes(String id, String target) {
        JsonObject bytes = json("stats", id, "--path", target)
                .getAsJsonObject()
                .getAsJsonArray("usage")
                .get(0)
                .getAsJsonObject();
        assertThat(bytes.get("unit").getAsString()).isEqualTo("BYTES");
        return bytes;
    }

    private Distribution.Result volumes(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("volumes"));
        command.addAll(arguments);
        return Distribution.pmemCsi(Map.of("CSI_ENDPOINT", "unix://" + driver.socket()), command);
    }

    private String done(String... arguments) {
        Distribution.Result result = volumes(List.of(arguments));
        assertThat(result.err()).as("standard error of " + List.of(arguments)).isEmpty();
        assertThat(result.code()).isZero();
        return result.out().strip();
    }

    private JsonElement json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return JsonParser.parseString(done(all.toArray(String[]::new)));
    }

    private void assertFails(int code, String message, String... arguments) {
        Distribution.Result result = volumes(List.of(arguments));
        assertThat(result.code()).as("exit code of " + List.of(arguments)).isEqualTo(code);
        assertThat(result.err()).contains(message);
        assertThat(result.err().lines().count()).isLessThanOrEqualTo(2);
        assertThat(result.out()).isEmpty();
    }
}
