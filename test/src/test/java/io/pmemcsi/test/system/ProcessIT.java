// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import pluginregistration.v1.InfoRequest;
import pluginregistration.v1.PluginInfo;
import pluginregistration.v1.RegistrationGrpc;
import pluginregistration.v1.RegistrationStatus;

/** How the driver starts, refuses to start, and stops. */
@Timeout(120)
final class ProcessIT {
    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @Test
    void stops_cleanly_while_calls_run() {
        driver.start();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger created = new AtomicInteger();
        List<CompletableFuture<Void>> clients = List.of("a", "b", "c").stream()
                .map(name -> CompletableFuture.runAsync(() -> createUntil(stopped, name, created)))
                .toList();
        Eventually.holds("some calls", () -> created.get() >= 6);
        driver.stop();
        stopped.set(true);
        clients.forEach(CompletableFuture::join);

        assertThat(driver.socket()).doesNotExist();
        driver.start();
        assertThat(driver.csi().volumes())
                .as("volumes whose creation was answered")
                .hasSizeGreaterThanOrEqualTo(created.get());
        driver.stop();
    }

    /** Clients without patience: a call that is not answered is not repeated. */
    private void createUntil(AtomicBoolean stopped, String client, AtomicInteger created) {
        for (int i = 0; i < 100 && !stopped.get(); i++) {
            try {
                var request = Requests.create(client + i, DriverProcess.MIB, Requests.BLOCK);
                var _ = driver.csi().controller().createVolume(request);
                created.incrementAndGet();
            } catch (StatusRuntimeException e) {
                return;
            }
        }
    }

    @Test
    void a_second_instance_refuses_to_start_and_leaves_the_first_alone() {
        driver.start();
        Orchestrator node = new Orchestrator(driver);
        String id = node.create("one", 16 * DriverProcess.MIB, Requests.EXT4, Map.of());
        node.stage(id, Requests.EXT4);
        Path target = node.publish(id, "pod", Requests.EXT4);
        List<HostState.Mount> mounts = HostState.mounts(driver.directory());

        assertRefused(driver.directory().resolve("second.sock"), "is in use by another instance");
        assertRefused(driver.socket(), "is in use by another instance");
        assertThat(HostState.mounts(driver.directory())).isEqualTo(mounts);
        Content.write(target, "still writable", 1);
        assertThat(driver.csi().ids()).containsExactly(id);
        driver.stop();
    }

    @Test
    void a_second_instance_with_another_state_does_not_take_the_socket() {
        driver.start();
        Path state = driver.state();
        driver.useState(driver.directory().resolve("other"));
        assertRefused(driver.socket(), "another process answers on " + driver.socket());
        driver.useState(state);
        assertThat(driver.csi().volumes()).isEmpty();
        driver.stop();
    }

    @Test
    void wrong_flags_are_refused_with_exit_code_2() {
        assertWrong("--nonsense", "--device-mode", "emulated", "--nonsense");
        assertWrong("'nvme'", "--device-mode", "nvme");
        assertWrong("--capacity", "--device-mode", "emulated", "--capacity", "0");
        assertWrong("--workers", "--device-mode", "emulated", "--workers", "many");
        assertThat(driver.state()).doesNotExist();
    }

    private void assertWrong(String message, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("node", "--state-dir", driver.state().toString()));
        arguments.addAll(List.of(more));
        Distribution.Result result = Distribution.pmemCsi(Map.of(), arguments);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(message);
    }

    @Test
    void a_state_directory_that_cannot_be_written_is_refused() throws IOException {
        Path readOnly = Files.createDirectory(driver.directory().resolve("readonly"));
        Distribution.tool("mount", "-t", "tmpfs", "-o", "ro", "none", readOnly.toString());
        driver.useState(readOnly.resolve("state"));
        assertRefused(driver.socket(), "state directory " + driver.state());
        driver.useState(readOnly);
        assertRefused(driver.socket(), "state directory " + readOnly);
        assertThat(driver.socket()).doesNotExist();
    }

    @Test
    void a_file_in_the_place_of_the_socket_is_refused_and_kept() throws IOException {
        Files.createDirectory(driver.directory().resolve("csi"));
        Files.writeString(driver.socket(), "precious");
        assertRefused(driver.socket(), "exists and is not a socket");
        assertThat(driver.socket()).hasContent("precious");
    }

    private void assertRefused(Path endpoint, String message) {
        Distribution.Result result = Distribution.pmemCsi(Map.of(), driver.arguments(endpoint));
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains(message).doesNotContain("\tat ", "bug in pmem-csi");
    }

    @Test
    void registers_with_a_kubelet_and_withdraws_at_the_end() throws IOException {
        Path registry = Files.createDirectory(driver.kubelet().resolve("plugins_registry"));
        driver.start("--kubelet-registration-dir", registry.toString());
        Path socket = Eventually.get("a socket in the registry", () -> first(registry));
        try (CsiSocket kubelet = new CsiSocket(socket)) {
            var registration = RegistrationGrpc.newBlockingStub(kubelet.channel());
            PluginInfo info = registration.getInfo(InfoRequest.getDefaultInstance());
            assertThat(info)
                    .isEqualTo(PluginInfo.newBuilder()
                            .setType("CSIPlugin")
                            .setName("pmem-csi.intel.com")
                            .setEndpoint(driver.socket().toString())
                            .addSupportedVersions("1.0.0")
                            .build());
            var _ = registration.notifyRegistrationStatus(
                    RegistrationStatus.newBuilder().setPluginRegistered(true).build());
            try (CsiSocket csi = new CsiSocket(Path.of(info.getEndpoint()))) {
                assertThat(csi.available()).isEqualTo(DriverProcess.CAPACITY);
            }
        }
        driver.stop();
        assertThat(HostState.names(registry)).isEmpty();
    }

    private static Optional<Path> first(Path directory) {
        return HostState.names(directory).stream().findFirst().map(directory::resolve);
    }
}
