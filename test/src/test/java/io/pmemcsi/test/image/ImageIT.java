// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ContainerConfig;
import io.pmemcsi.test.system.Commands;
import io.pmemcsi.test.system.HostState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;

/** The image as clusters run it: what it is, what it demands, and csi-sanity against it. */
@Timeout(600)
final class ImageIT {
    private static final String ENDPOINT = "CSI_ENDPOINT";
    private static final String AGAINST = "../test/sanity/against";

    /** The image has no HTTP client, but bash opens connections by itself. */
    private static final String GET_READYZ =
            "exec 3<>/dev/tcp/127.0.0.1/10010 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";

    private static DockerEngine engine;

    @BeforeAll
    static void start() throws IOException {
        engine = DockerEngine.withImage();
    }

    @AfterAll
    static void stop() throws IOException {
        engine.close();
    }

    @Test
    void describes_itself_and_is_not_root_by_default() {
        ContainerConfig config = DockerClientFactory.lazyClient()
                .inspectImageCmd("pmem-csi-driver:dev")
                .exec()
                .getConfig();
        assertThat(config).isNotNull();
        assertThat(config.getEntrypoint()).containsExactly("pmem-csi");
        assertThat(config.getUser()).isEqualTo("65532:65532");
        assertThat(config.getHealthcheck()).isNull();
        assertThat(config.getLabels())
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsKeys(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.description",
                        "org.opencontainers.image.base.name",
                        "org.opencontainers.image.version",
                        "org.opencontainers.image.revision");
    }

    @Test
    void its_java_starts_from_the_cache() {
        // With this option a cache that does not fit is an error.
        try (var container = DriverContainer.command("version").withEnv("PMEM_CSI_JAVA_OPTS", "-XX:AOTMode=on")) {
            container.start();
            assertThat(container.getLogs()).contains("pmem-csi", "java");
        }
    }

    @Test
    void serves_an_ordinary_user_on_a_read_only_root_and_stops_cleanly() throws Exception {
        try (var container = DriverContainer.node(
                        "--device-mode", "memory", "--capacity", "1Gi", "--metrics-listen", ":10010")
                .withScratch("/run/scratch")
                .withEnv(ENDPOINT, "unix:///run/scratch/csi/csi.sock")) {
            container.start();
            ExecResult capacity = container.execInContainer("pmem-csi", "volumes", "capacity");
            assertThat(capacity.getExitCode()).as(capacity.getStderr()).isZero();
            assertThat(capacity.getStdout()).contains("1Gi");
            assertThat(container.execInContainer("bash", "-c", GET_READYZ).getStdout())
                    .contains(" 200 ");
            assertThat(container.execInContainer("touch", "/opt/pmem-csi/x").getStderr())
                    .contains("Read-only file system");

            assertThat(container.terminate().getExitCodeLong())
                    .as("exit code after SIGTERM")
                    .isZero();
            assertThat(container.errors()).contains("stopped");
        }
    }

    @Test
    void names_the_privilege_that_is_missing() {
        try (var ordinary = emulated()) {
            assertRefused(ordinary, "the device mode emulated needs root, and runs as user 65532");
        }
        try (var root = emulated().asRoot()) {
            assertRefused(root, "the device mode emulated needs the capability SYS_ADMIN");
        }
    }

    @Test
    void names_the_directory_that_cannot_be_written_to() {
        try (var container = emulated().mounting()) {
            assertRefused(container, "/var/lib/pmem-csi.intel.com: Read-only file system");
        }
    }

    private static DriverContainer emulated() {
        return DriverContainer.command("node", "--node-id", "it", "--device-mode", "emulated", "--capacity", "1Gi");
    }

    /** On a machine without persistent memory it can only be seen that the libraries are there. */
    @Test
    void has_what_the_modes_for_persistent_memory_call() {
        try (var prepare =
                DriverContainer.command("prepare", "--dry-run").mounting().withScratch("/run")) {
            assertRefused(prepare, "this node has no persistent memory region");
        }
        try (var lvm = DriverContainer.node("--device-mode", "lvm").mounting().withScratch("/run", "/var/lib")) {
            lvm.start();
            assertThat(lvm.terminate().getExitCodeLong()).isZero();
        }
    }

    private static void assertRefused(DriverContainer container, String message) {
        container.start();
        assertThat(container.getLogs()).contains(message);
        assertThat(container.state().getExitCodeLong()).isEqualTo(1);
    }

    @Test
    void csi_sanity_passes_against_it() throws Exception {
        Path directory = Files.createTempDirectory("pmem-csi-image").toRealPath();
        // Mounts are passed on from directories that are mount points themselves.
        Commands.run("mount", "--bind", directory.toString(), directory.toString());
        Commands.run("mount", "--make-rshared", directory.toString());
        Path kubelet = directory.resolve("kubelet");
        Path socket = directory.resolve("csi/csi.sock");
        Path state = directory.resolve("state");
        Files.createDirectories(kubelet.resolve("sanity"));
        try (var container = DriverContainer.node(
                        "--device-mode",
                        "emulated",
                        "--capacity",
                        "2Gi",
                        "--state-dir",
                        state.toString(),
                        "--kubelet-dir",
                        kubelet.toString())
                .mounting()
                .withDevices()
                .withShared(directory)
                .withEnv(ENDPOINT, "unix://" + socket)) {
            container.start();
            String outcome = Commands.run(
                    AGAINST, socket.toString(), kubelet.resolve("sanity").toString(), "mount");
            assertThat(outcome).contains("0 Failed");
            assertThat(container.terminate().getExitCodeLong()).isZero();
            assertThat(HostState.mountPoints(kubelet)).as("mounts").isEmpty();
            assertThat(HostState.loops(directory)).as("loop devices").isEmpty();
        } finally {
            HostState.vanish(directory, directory);
            Commands.run("rm", "-rf", directory.toString());
        }
    }
}
