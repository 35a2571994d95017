// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ProbeRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The driver of one test: a process in a directory of its own, with emulated devices. Registered as an extension, it
 * shows the driver's log when the test fails, and removes whatever the test has left.
 */
final class DriverProcess implements BeforeEachCallback, AfterEachCallback {
    static final long MIB = 1L << 20;
    static final long CAPACITY = 1024 * MIB;

    private static final int PATIENCE_SECONDS = 60;

    private Path directory = Path.of("/nonexistent");
    private Path state = directory;
    private Optional<Process> process = Optional.empty();
    private Optional<CsiSocket> client = Optional.empty();

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("pmem-csi-it").toRealPath();
        state = directory.resolve("state");
        Files.createDirectories(kubelet().resolve("pods"));
        Files.createDirectories(kubelet().resolve("plugins"));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        boolean failed = context.getExecutionException().isPresent();
        if (failed && Files.exists(log())) {
            System.err.println("The driver's log of the failed test " + context.getDisplayName() + ":");
            System.err.println(Files.readString(log()));
        }
        client.ifPresent(CsiSocket::close);
        if (process.filter(Process::isAlive).isPresent()) {
            killHard();
        }
        HostState.vanish(kubelet(), state);
        HostState.vanish(directory, directory);
        remove(directory);
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Everything of this test is below it. */
    Path directory() {
        return directory;
    }

    Path state() {
        return state;
    }

    Path kubelet() {
        return directory.resolve("kubelet");
    }

    Path socket() {
        return directory.resolve("csi/csi.sock");
    }

    Path log() {
        return directory.resolve("driver.log");
    }

    /** Where the backing files of volumes are. */
    Path images() {
        return state.resolve("emulated");
    }

    Path records() {
        return state.resolve("volumes");
    }

    void useState(Path other) {
        state = other;
    }

    /** The arguments of {@code pmem-csi} for this driver. */
    List<String> arguments(Path endpoint, String... more) {
        List<String> arguments = new ArrayList<>(List.of("node", "--device-mode", "emulated", "--node-id", "it"));
        arguments.addAll(List.of(
                "--state-dir", state.toString(), "--kubelet-dir", kubelet().toString()));
        arguments.addAll(List.of("--endpoint", "unix://" + endpoint));
        if (!List.of(more).contains("--capacity")) {
            arguments.addAll(List.of("--capacity", Long.toString(CAPACITY)));
        }
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Starts the driver and waits until it answers. */
    DriverProcess start(String... more) {
        try {
            process = Optional.of(new ProcessBuilder(Distribution.command(arguments(socket(), more)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Eventually.holds("the start of the driver", this::answers);
        return this;
    }

    private boolean answers() {
        assertThat(process().isAlive()).as("the driver runs, see " + log()).isTrue();
        if (!Files.exists(socket())) {
            return false;
        }
        try {
            csi().forgetFailures();
            return csi().identity()
                    .probe(ProbeRequest.getDefaultInstance())
                    .getReady()
                    .getValue();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private Process process() {
        return process.orElseThrow(() -> new IllegalStateException("not started"));
    }

    /** The processor time that the driver has used. */
    double cpuMilliseconds() {
        return process().info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
    }

    /** The physical memory that the driver occupies (proc(5), VmRSS). */
    double residentMebibytes() {
        try {
            String status = Files.readString(Path.of("/proc/" + process().pid() + "/status"));
            return status.lines()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized CsiSocket csi() {
        if (client.isEmpty()) {
            client = Optional.of(new CsiSocket(socket()));
        }
        return client.get();
    }

    /** SIGKILL: the driver gets no chance to do anything. */
    void killHard() {
        process().destroyForcibly();
        int _ = awaitEnd();
    }

    /** SIGTERM: the driver ends its work. */
    void stop() {
        process().destroy();
        assertThat(awaitEnd()).as("exit code after SIGTERM, see " + log()).isZero();
    }

    private int awaitEnd() {
        try {
            assertThat(process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the driver ends")
                    .isTrue();
            return process().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Nothing of this driver is mounted or attached, and its state directory has no volume. */
    void assertNothingIsLeft() {
        assertThat(HostState.mountPoints(kubelet())).as("mounts").isEmpty();
        assertThat(HostState.loops(directory)).as("loop devices").isEmpty();
        assertThat(HostState.names(images())).as("backing files").isEmpty();
        assertThat(HostState.names(records())).as("records").isEmpty();
    }
}
