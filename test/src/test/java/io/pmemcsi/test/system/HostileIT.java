// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.GroupControllerGetCapabilitiesRequest;
import csi.v1.GroupControllerGrpc;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.ProbeRequest;
import csi.v1.VolumeCapability;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that no honest client makes. Each is refused with a clear code, and nothing changes on this machine. */
@Timeout(120)
final class HostileIT {
    private static final long SIZE = 16 * DriverProcess.MIB;
    private static final List<String> IDS = List.of(
            "../../etc/passwd",
            "..",
            "/dev/sda",
            "--help",
            "-o",
            "x\0y",
            "a\nb",
            "pvmove-0",
            "i".repeat(129),
            "x/../y");

    private static final List<String> FLAGS = List.of(
            "noatime,suid", "suid", "dev", "exec,dev", "bind", "remount", "loop=/etc", "dax=always", "noatime\0suid");

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    private String volume = "";
    private Path staging = Path.of("");
    private List<String> before = List.of();

    @BeforeEach
    void one_honest_volume() throws IOException {
        driver.start();
        Orchestrator node = new Orchestrator(driver);
        volume = node.create("honest", SIZE, Requests.EXT4, Map.of());
        staging = node.staging(volume);
        node.stage(volume, Requests.EXT4);
        Files.createDirectories(pod("victim"));
        Files.createDirectories(driver.directory().resolve("outside"));
        Files.createSymbolicLink(pod("link"), driver.directory().resolve("outside"));
        Files.createSymbolicLink(pod("victim/link"), driver.directory().resolve("outside"));
        Files.createDirectories(pod("busy"));
        Distribution.tool("mount", "-t", "tmpfs", "none", pod("busy").toString());
        before = snapshot();
    }

    @AfterEach
    void nothing_has_changed() {
        assertThat(snapshot()).isEqualTo(before);
        assertThat(driver.csi()
                        .identity()
                        .probe(ProbeRequest.getDefaultInstance())
                        .getReady()
                        .getValue())
                .isTrue();
        assertThat(driver.csi().ids()).containsExactly(volume);
        assertThat(driver.csi().available()).isEqualTo(DriverProcess.CAPACITY - SIZE);
    }

    private List<String> snapshot() {
        List<String> snapshot = HostState.tree(driver.directory());
        HostState.mounts(driver.directory()).forEach(mount -> snapshot.add(mount.toString()));
        HostState.loops(driver.directory()).forEach(loop -> snapshot.add(loop.toString()));
        return snapshot.stream().sorted().toList();
    }

    private Path pod(String path) {
        return driver.kubelet().resolve("pods").resolve(path);
    }

    /** Paths that are refused because of what they are, and one because of what is there. */
    private Map<String, Status.Code> paths() {
        String kubelet = driver.kubelet().toString();
        return Map.ofEntries(
                Map.entry(driver.directory().resolve("outside/data").toString(), Status.Code.INVALID_ARGUMENT),
                Map.entry("/etc", Status.Code.INVALID_ARGUMENT),
                Map.entry("/", Status.Code.INVALID_ARGUMENT),
                Map.entry(kubelet, Status.Code.INVALID_ARGUMENT),
                Map.entry(kubelet + "-else/data", Status.Code.INVALID_ARGUMENT),
                Map.entry(kubelet + "/../outside/data", Status.Code.INVALID_ARGUMENT),
                Map.entry(kubelet + "/pods/./victim/data", Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("link/data").toString(), Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("victim/link").toString(), Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("absent/data").toString(), Status.Code.NOT_FOUND),
                Map.entry("pods/victim/data", Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("victim/data") + "\0", Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("victim/n").toString() + "n".repeat(300), Status.Code.INVALID_ARGUMENT),
                Map.entry(kubelet + "/deep".repeat(1000), Status.Code.INVALID_ARGUMENT),
                Map.entry(pod("busy").toString(), Status.Code.FAILED_PRECONDITION),
                Map.entry("", Status.Code.INVALID_ARGUMENT));
    }

    private Supplier<?> staged(String id, String path) {
        return () -> driver.csi().node().nodeStageVolume(Requests.stage(id, path, Requests.EXT4));
    }

    private Supplier<?> published(String id, String target, VolumeCapability capability) {
        return () -> driver.csi().node().nodePublishVolume(Requests.publish(id, staging, target, capability));
    }

    private Supplier<?> inline(String target) {
        return () -> driver.csi().node().nodePublishVolume(Requests.inline("csi-hostile", target, SIZE, Map.of()));
    }

    private Supplier<?> created(VolumeCapability capability) {
        return () -> driver.csi().controller().createVolume(Requests.create("hostile", SIZE, capability));
    }

    private Supplier<?> unpublished(String id, String target) {
        return () -> driver.csi()
                .node()
                .nodeUnpublishVolume(NodeUnpublishVolumeRequest.newBuilder()
                        .setVolumeId(id)
                        .setTargetPath(target)
                        .build());
    }

    private Supplier<?> unstaged(String id, String path) {
        return () -> driver.csi()
                .node()
                .nodeUnstageVolume(NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(id)
                        .setStagingTargetPath(path)
                        .build());
    }

    private Supplier<?> expanded(String id) {
        return () -> driver.csi()
                .controller()
                .controllerExpandVolume(ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId(id)
                        .setCapacityRange(Requests.range(SIZE))
                        .build());
    }

    private Supplier<?> measured(String id, String path) {
        return () -> driver.csi()
                .node()
                .nodeGetVolumeStats(NodeGetVolumeStatsRequest.newBuilder()
                        .setVolumeId(id)
                        .setVolumePath(path)
                        .build());
    }

    private Supplier<?> deleted(String id) {
        return () -> driver.csi()
                .controller()
                .deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
    }

    @Test
    void targets_of_publish_that_lead_elsewhere() {
        paths().forEach((path, code) -> {
            assertRefused(path, code, published(volume, path, Requests.EXT4));
            assertRefused("inline " + path, code, inline(path));
        });
    }

    @Test
    void staging_paths_that_lead_elsewhere() {
        Orchestrator node = new Orchestrator(driver);
        node.unstage(volume);
        paths().forEach((path, code) -> assertRefused(path, code, staged(volume, path)));
        node.stage(volume, Requests.EXT4);
    }

    /** Undoing what was never done succeeds in CSI; it must only not touch anything. */
    @Test
    void targets_of_unpublish_that_lead_elsewhere() {
        paths().keySet()
                .forEach(path -> List.of(volume, "csi-hostile").forEach(id -> {
                    Optional<Status> _ = failure(unpublished(id, path));
                    Optional<Status> _ = failure(unstaged(id, path));
                    assertThat(HostState.mountPoints(driver.directory())).hasSize(2);
                }));
    }

    @Test
    void volume_ids_that_are_paths_or_options() {
        String target = pod("victim/data").toString();
        for (String id : IDS) {
            Status.Code code = id.length() > 128 || id.chars().anyMatch(Character::isISOControl)
                    ? Status.Code.INVALID_ARGUMENT
                    : Status.Code.NOT_FOUND;
            assertRefused(id, code, staged(id, target));
            assertRefused(id, code, published(id, target, Requests.EXT4));
            assertRefused(id, code, expanded(id));
            assertRefused(id, code, measured(id, target));
            Optional<Status> _ = failure(deleted(id));
            Optional<Status> _ = failure(unpublished(id, target));
        }
    }

    @Test
    void mount_flags_that_are_not_on_the_list() {
        String target = pod("victim/data").toString();
        for (String flag : FLAGS) {
            var capability = Requests.mount("ext4", List.of("noatime", flag));
            assertRefused(flag, Status.Code.INVALID_ARGUMENT, published(volume, target, capability));
            assertRefused(flag, Status.Code.INVALID_ARGUMENT, created(capability));
        }
    }

    @Test
    void file_systems_that_are_not_on_the_list() {
        for (String fsType : List.of("../../bin/sh", "-F", "btrfs", "ext4,suid", "f".repeat(5000))) {
            var capability = Requests.mount(fsType, List.of());
            assertRefused(fsType, Status.Code.INVALID_ARGUMENT, created(capability));
        }
    }

    @Test
    void requests_that_are_too_large_or_make_no_sense() {
        var honest = Requests.create("large", SIZE, Requests.EXT4);
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().putParameters("usage", "x".repeat(5000)));
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().putParameters("../key", "value"));
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().setName("n".repeat(129)));
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().setName("two\nlines"));
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().setName(""));
        assertCreateRefused(Status.Code.INVALID_ARGUMENT, honest.toBuilder().clearVolumeCapabilities());
        assertCreateRefused(Status.Code.OUT_OF_RANGE, honest.toBuilder().setCapacityRange(Requests.range(-1)));
        assertCreateRefused(
                Status.Code.OUT_OF_RANGE, honest.toBuilder().setCapacityRange(Requests.range(Long.MAX_VALUE)));
        assertCreateRefused(Status.Code.RESOURCE_EXHAUSTED, honest.toBuilder().setName("n".repeat(2 << 20)));
        assertRefused(
                "a service that is not there",
                Status.Code.UNIMPLEMENTED,
                () -> GroupControllerGrpc.newBlockingStub(driver.csi().channel())
                        .groupControllerGetCapabilities(GroupControllerGetCapabilitiesRequest.getDefaultInstance()));
    }

    private void assertCreateRefused(Status.Code code, CreateVolumeRequest.Builder request) {
        assertRefused("create", code, () -> driver.csi().controller().createVolume(request.build()));
    }

    @Test
    void noise_on_the_socket() throws IOException {
        for (String noise :
                List.of("GET / HTTP/1.1\r\n\r\n", "\0".repeat(100_000), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxx")) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(driver.socket()))) {
                channel.write(ByteBuffer.wrap(noise.getBytes(StandardCharsets.UTF_8)));
            }
        }
        assertThat(driver.csi().ids()).containsExactly(volume);
    }

    private static void assertRefused(String what, Status.Code code, Supplier<?> call) {
        Optional<Status> status = failure(call);
        assertThat(status.map(Status::getCode))
                .as(what.replace('\0', '?') + ": " + status)
                .contains(code);
        assertThat(status.map(Status::getDescription)).as("text for " + what).isNotEmpty();
    }

    private static Optional<Status> failure(Supplier<?> call) {
        try {
            var _ = call.get();
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            return Optional.of(e.getStatus());
        }
    }
}
