// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code pmem-csi train-aot}, for {@code scripts/train-aot}: does in one process what drivers and commands do, so that Java leaves in one AOT
 * cache (JEP 514) what any of them loads and links. The driver has no real devices, and the commands that look at this machine change
 * nothing.
 */
@Command(
        name = "train-aot",
        hidden = true,
        description =
                "Do once what drivers and commands do, for the training of an AOT cache. Changes nothing outside DIR.")
final class TrainCommand implements Callable<Integer> {
    private static final String NAME = "training";

    private final Surroundings around;
    private final NodeCommand.Starter starter;

    @Parameters(paramLabel = "DIR", description = "An empty directory to work in.")
    private Path directory = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrainCommand(Surroundings around, NodeCommand.Starter starter) {
        this.around = around;
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        int port = freePort();
        CompletableFuture<RunningDriver> started = new CompletableFuture<>();
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        Thread.ofPlatform().name("node").start(() -> {
            ended.complete(runDriver(port, started));
            started.completeExceptionally(new CommandFailure("the driver ended before it was ready"));
        });
        try (RunningDriver _ = started.get()) {
            callVolumes();
            for (String path : List.of("startedz", "readyz", "healthz", "metrics")) {
                get(port, path);
            }
        }
        // They may find much to complain about on a machine that is not a node.
        tree().execute("doctor", "--state-dir", inside("doctor"));
        tree().execute("prepare", "--dry-run", "--work-dir", inside("lvm"));
        return ended.get();
    }

    private int runDriver(int port, CompletableFuture<RunningDriver> started) {
        try {
            Files.createDirectories(Path.of(inside("kubelet")));
            Files.createDirectories(Path.of(inside("registration")));
        } catch (IOException e) {
            started.completeExceptionally(e);
            return ExitCode.SOFTWARE;
        }
        return CommandTree.create(around, config -> {
                    RunningDriver driver = starter.start(config);
                    started.complete(driver);
                    return driver;
                })
                .execute(
                        "node",
                        "--device-mode=memory",
                        "--capacity=1Gi",
                        "--node-id=" + NAME,
                        "--endpoint=" + endpoint(),
                        "--state-dir=" + inside("state"),
                        "--kubelet-dir=" + inside("kubelet"),
                        "--kubelet-registration-dir=" + inside("registration"),
                        "--metrics-listen=127.0.0.1:" + port);
    }

    private void callVolumes() {
        String kubelet = "--kubelet-dir=" + inside("kubelet");
        String target = "--target=" + inside("kubelet/pods/a/volumes/data");
        volumes("create", NAME, "--size=64Mi");
        String id = volumes("create", NAME, "--size=64Mi", "--quiet").strip();
        volumes("publish", id, kubelet, target);
        volumes("stats", id, "--path=" + inside("kubelet/pods/a/volumes/data"));
        volumes("list");
        volumes("unpublish", id, kubelet, target);
        volumes("delete", id);
        volumes("publish-inline", NAME, "--size=64Mi", target);
        volumes("unpublish", NAME, "--inline", target);
        volumes("capacity", "--output=json");
    }

    /** What the command prints. */
    private String volumes(String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of("volumes", command, "--endpoint=" + endpoint()));
        line.addAll(Arrays.asList(arguments));
        StringWriter out = new StringWriter();
        int code = tree().setOut(new PrintWriter(out)).execute(line.toArray(String[]::new));
        if (code != ExitCode.OK) {
            throw new CommandFailure(String.join(" ", line) + ": exit code " + code);
        }
        return out.toString();
    }

    private CommandLine tree() {
        CommandLine ours = spec.root().commandLine();
        return CommandTree.create(around, starter).setOut(ours.getOut()).setErr(ours.getErr());
    }

    private String endpoint() {
        return "unix://" + inside("csi/csi.sock");
    }

    private String inside(String name) {
        return directory.resolve(name).toAbsolutePath().toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void get(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET /" + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new CommandFailure("no answer to a request for /" + path);
            }
        }
    }
}
