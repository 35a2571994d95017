// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Endpoint;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a whole driver in memory mode, over a socket. */
@Timeout(120)
final class VolumesCommandTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path directory = Path.of("");

    private String endpoint = "";
    private AutoCloseable driver = () -> {};

    @BeforeEach
    void start_a_driver() throws IOException {
        endpoint = "unix://" + directory.resolve("csi.sock");
        driver = Wiring.start(DriverConfig.read(
                Map.of(
                        Setting.DEVICE_MODE,
                        "memory",
                        Setting.CAPACITY,
                        "4Gi",
                        Setting.NODE_ID,
                        "node-1",
                        Setting.ENDPOINT,
                        endpoint,
                        Setting.STATE_DIR,
                        directory.resolve("state").toString(),
                        Setting.KUBELET_DIR,
                        directory.resolve("kubelet").toString()),
                new Surroundings(Map.of(), "host-1")));
    }

    @AfterEach
    void stop_it() throws Exception {
        driver.close();
    }

    @Test
    void a_volume_lives_from_create_to_delete() {
        String id = ok("create", "cache", "--size", "64Mi", "-q").strip();
        assertThat(id).startsWith("cache-");
        String target = directory.resolve("kubelet/pods/p1/mount").toString();
        assertThat(ok(withKubelet("publish", id, "--target", target)))
                .isEqualTo("published " + id + " at " + target + "\n");
        JsonObject listed = json("list").getAsJsonArray().get(0).getAsJsonObject();
        assertThat(listed.get("volumeId").getAsString()).isEqualTo(id);
        assertThat(listed.get("sizeBytes").getAsLong()).isGreaterThanOrEqualTo(64 * MIB);
        assertThat(listed.getAsJsonArray("publishedNodes")).hasToString("[\"node-1\"]");
        assertThat(ok("stats", id, "--path", target)).contains("UNIT", "BYTES", "condition: ");
        assertThat(ok("expand", id, "--size", "128Mi", "--path", target)).isEqualTo(id + " has 128Mi\n");
        ok(withKubelet("unpublish", id, "--target", target));
        assertThat(ok("delete", id)).isEqualTo("deleted " + id + "\n");
        assertThat(json("list").getAsJsonArray()).isEmpty();
    }

    @Test
    void what_does_not_exist_is_neither_deleted_nor_unpublished() {
        String target = directory.resolve("kubelet/pods/p1/mount").toString();
        assertThat(refused("delete", "cache")).startsWith("NOT_FOUND: there is no volume \"cache\"");
        assertThat(refused(withKubelet("unpublish", "cache", "--target", target)))
                .startsWith("NOT_FOUND: ");
    }

    @Test
    void a_volume_that_stays_staged_somewhere_else_is_not_called_unpublished() {
        String id = ok("create", "cache", "--size", "64Mi", "-q").strip();
        String target = directory.resolve("kubelet/pods/p1/mount").toString();
        ok(withKubelet("publish", id, "--target", target));
        String other = directory.resolve("kubelet/elsewhere").toString();
        assertThat(refused("unpublish", id, "--target", target, "--staging", other))
                .contains("still staged");
        ok(withKubelet("unpublish", id, "--target", target));
    }

    @Test
    void an_inline_volume_lives_from_publish_to_unpublish() {
        String target = directory.resolve("kubelet/pods/p1/inline").toString();
        ok("publish-inline", "csi-0815", "--target", target, "--size", "32Mi", "--attr", "eraseafter=false");
        ok("unpublish", "csi-0815", "--target", target, "--inline");
        assertThat(json("list").getAsJsonArray()).isEmpty();
    }

    @Test
    void an_inline_volume_that_is_somewhere_else_is_not_called_unpublished() {
        String target = directory.resolve("kubelet/pods/p1/inline").toString();
        String other = directory.resolve("kubelet/pods/p1/other").toString();
        ok("publish-inline", "csi-0815", "--target", target, "--size", "32Mi");
        assertThat(refused("unpublish", "csi-0815", "--inline", "--target", other))
                .isEqualTo("the inline volume csi-0815 is not published at " + other
                        + ", and stays; give the --target that it was published with\n");
        assertThat(json("list").getAsJsonArray()).hasSize(1);
        ok("unpublish", "csi-0815", "--inline", "--target", target);
    }

    @Test
    void a_publish_that_fails_leaves_no_directory_and_nothing_staged() throws IOException {
        String id = ok("create", "cache", "--size", "64Mi", "-q").strip();
        Path pods = Files.createDirectories(directory.resolve("kubelet/pods"));
        String target = pods.resolve("p1/deep/mount").toString();
        assertThat(refused(withKubelet("publish", "nonsense", "--target", target)))
                .startsWith("NOT_FOUND: ");
        assertThat(refused(withKubelet("publish", id, "--target", target, "--mount-flag", "dev")))
                .startsWith("INVALID_ARGUMENT: ");
        Path full = Files.createDirectories(pods.resolve("full"));
        Files.createFile(full.resolve("entry"));
        assertThat(refused(withKubelet("publish", id, "--target", full.toString())))
                .startsWith("FAILED_PRECONDITION: ")
                .contains("is not empty");
        assertThat(refused("publish-inline", "csi-1", "--size", "8Mi", "--target", target))
                .startsWith("OUT_OF_RANGE: ");
        assertThat(directory.resolve("kubelet")).isDirectoryNotContaining("glob:**/plugins");
        assertThat(pods).isDirectoryNotContaining("glob:**/p1");
        assertThat(full).isDirectoryContaining("glob:**/entry");
        ok("delete", id);
    }

    @Test
    void a_second_publish_that_fails_leaves_the_first() {
        String id = ok("create", "cache", "--size", "64Mi", "-q").strip();
        String target = directory.resolve("kubelet/pods/p1/mount").toString();
        ok(withKubelet("publish", id, "--target", target));
        assertThat(refused(withKubelet("publish", id, "--target", "/elsewhere")))
                .startsWith("INVALID_ARGUMENT: ");
        assertThat(ok("stats", id, "--path", target)).contains("BYTES");
        ok(withKubelet("publish", id, "--target", target));
        ok(withKubelet("unpublish", id, "--target", target));
    }

    @Test
    void create_prints_a_table_or_json() {
        assertThat(ok("create", "a", "--size", "64Mi").lines().findFirst())
                .hasValueSatisfying(
                        line -> assertThat(line).startsWith("VOLUME ID").endsWith("SIZE"));
        JsonObject created = json("create", "a", "--size", "64Mi").getAsJsonObject();
        assertThat(created.get("volumeId").getAsString()).startsWith("a-");
        assertThat(created.get("name").getAsString()).isEqualTo("a");
        assertThat(created.get("sizeBytes").getAsLong()).isEqualTo(64 * MIB);
        assertThat(created.has("volumeContext")).isTrue();
    }

    @Test
    void list_shows_all_pages() {
        try (CsiClient csi = CsiClient.of(Endpoint.parse(endpoint), Duration.ofSeconds(20))) {
            for (int i = 0; i < 201; i++) {
                var _ = csi.controller().createVolume(block("v" + i));
            }
        }
        JsonArray all = json("list").getAsJsonArray();
        assertThat(all.asList().stream()
                        .map(v -> v.getAsJsonObject().get("volumeId").getAsString()))
                .hasSize(201)
                .doesNotHaveDuplicates();
        assertThat(ok("list").lines()).hasSize(202);
    }

    @Test
    void capacity_shows_what_is_free() {
        JsonObject space = json("capacity").getAsJsonObject();
        assertThat(space.keySet()).containsExactly("availableBytes", "largestVolumeBytes", "smallestVolumeBytes");
        assertThat(space.get("availableBytes").getAsLong()).isEqualTo(4096 * MIB);
        assertThat(ok("capacity")).contains("AVAILABLE", "4Gi");
    }

    @Test
    void plan_says_what_becomes_of_a_size_and_makes_nothing() {
        JsonObject plan = json("plan", "500M", "--fs", "xfs").getAsJsonObject();
        assertThat(plan.get("deviceMode").getAsString()).isEqualTo("memory");
        assertThat(plan.get("fsType").getAsString()).isEqualTo("xfs");
        assertThat(plan.get("requestedBytes").getAsLong()).isEqualTo(500_000_000);
        assertThat(plan.get("deviceBytes").getAsLong()).isEqualTo(477 * MIB);
        assertThat(plan.get("usableIsEstimate").getAsBoolean()).isTrue();
        assertThat(plan.get("largestVolumeBytes").getAsLong()).isEqualTo(4096 * MIB);
        assertThat(plan.get("fitsNow").getAsBoolean()).isTrue();
        assertThat(json("list").getAsJsonArray()).isEmpty();
        assertThat(ok("plan", "500M", "--access", "block").lines())
                .first()
                .asString()
                .containsSubsequence("STEP", "BYTES", "SIZE", "WHY");
    }

    @Test
    void plan_says_that_it_does_not_fit_now_and_refuses_what_never_will() {
        ok("create", "large", "--size", "4000Mi");
        assertThat(ok("plan", "500Mi")).endsWith("It does not fit now: 500Mi is above the largest, 96Mi.\n");
        assertThat(json("plan", "500Mi").getAsJsonObject().get("fitsNow").getAsBoolean())
                .isFalse();
        assertThat(refused("plan", "5Gi")).startsWith("OUT_OF_RANGE: ").contains("manages 4Gi");
        assertThat(refused("plan", "299Mi", "--fs", "xfs"))
                .startsWith("OUT_OF_RANGE: ")
                .contains("300Mi for xfs");
        assertThat(refused("plan", "20Mi", "--param", "usage=Tape"))
                .startsWith("INVALID_ARGUMENT: ")
                .contains("AppDirect, FileIO");
    }

    @Test
    void an_answer_of_the_driver_is_one_line_with_its_code() {
        Ran ran = volumes("create", "a", "--size", "64Mi", "--param", "color=red");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("INVALID_ARGUMENT: ").contains("color").hasLineCount(1);
    }

    private static CreateVolumeRequest block(String name) {
        return CreateVolumeRequest.newBuilder()
                .setName(name)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(MIB))
                .addVolumeCapabilities(VolumeCapability.newBuilder()
                        .setBlock(VolumeCapability.BlockVolume.getDefaultInstance())
                        .setAccessMode(VolumeCapability.AccessMode.newBuilder()
                                .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)))
                .build();
    }

    private String[] withKubelet(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--kubelet-dir", directory.resolve("kubelet").toString()));
        return all.toArray(String[]::new);
    }

    private JsonElement json(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-o", "json"));
        return JsonParser.parseString(ok(all.toArray(String[]::new)));
    }

    private String ok(String... args) {
        Ran ran = volumes(args);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        return ran.out();
    }

    private String refused(String... args) {
        Ran ran = volumes(args);
        assertThat(ran.code()).isEqualTo(1);
        return ran.err();
    }

    private Ran volumes(String... args) {
        List<String> all = new ArrayList<>(List.of("volumes"));
        all.addAll(List.of(args));
        all.addAll(List.of("--endpoint", endpoint));
        return Ran.pmemCsi(all.toArray(String[]::new));
    }
}
