// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import io.pmemcsi.test.system.Eventually;
import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A Kubernetes cluster, made by {@code test/cluster/cluster}, whose nodes are guest machines with persistent memory and the
 * driver; stopped and removed when closed. There is one at a time on a machine.
 */
final class Cluster implements AutoCloseable {
    /** The driver's name, which is part of many paths on a node. */
    static final String DRIVER = "pmem-csi.intel.com";

    private static final int CONSOLE_END = 4000;

    /** Each look starts a kubectl, which takes 0.1 s of a processor from the node's emulation, or an ssh. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** The first time programs are built. */
    private static final Duration BUILDING = Duration.ofMinutes(60);

    private final String mode;
    private final Path folder;

    private Cluster(String mode, Path folder) {
        this.mode = mode;
        this.folder = folder;
    }

    /**
     * Starts a cluster of one node whose driver has this device mode, and waits until the driver is ready. The emulated mode is for
     * nodes without persistent memory.
     */
    static Cluster start(String mode) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"), "pmem-csi-e2e");
        Cluster cluster = new Cluster(mode, folder);
        try {
            // What a run that was killed has left.
            cluster.close();
            Guest.Result up = Script.execute(
                    cluster.shell(
                            Script.ROOT,
                            tool() + " up --mode " + mode + (mode.equals("emulated") ? " --nvdimm none" : "")),
                    BUILDING);
            if (!up.succeeded()) {
                throw new AssertionError("the cluster does not start; " + LOGS + "\n" + up.output());
            }
            cluster.awaitDriver();
            return cluster;
        } catch (AssertionError e) {
            cluster.logs("start");
            try {
                cluster.close();
            } catch (AssertionError left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private static final String LOGS = "the logs of all its parts are in test/target/cluster-logs";

    /** The device mode of its driver. */
    String mode() {
        return mode;
    }

    /** What kubectl answers to these words, as a shell splits them; its failure is the test's. */
    String kubectl(String words) {
        Guest.Result result = tryKubectl(words);
        if (!result.succeeded()) {
            throw new AssertionError("kubectl " + words + "\n" + result.output());
        }
        return result.out().strip();
    }

    /** The same, whatever its outcome. */
    Guest.Result tryKubectl(String words) {
        return bash(Script.ROOT, "kubectl " + words);
    }

    /** Creates or changes what a text of YAML describes. */
    void apply(String yaml) {
        Guest.Result result = bash(Script.ROOT, "kubectl apply -f - <<'END'\n" + yaml + "\nEND");
        if (!result.succeeded()) {
            throw new AssertionError("kubectl apply of\n" + yaml + "\n" + result.output());
        }
    }

    /** Waits until kubectl's answer to these words contains a text. */
    String await(String text, String words) {
        return Eventually.get("'" + text + "' in the answer to kubectl " + words, PAUSE, () -> {
            Guest.Result result = tryKubectl(words);
            return result.succeeded() && result.out().contains(text) ? Optional.of(result.out()) : Optional.empty();
        });
    }

    /** Waits for a condition on a node, or of several objects. */
    static void await(String what, BooleanSupplier condition) {
        Eventually.holds(what, PAUSE, condition);
    }

    /** What a line of shell writes on node1; its failure is the test's. */
    String onNode(String line) {
        return on("node1", line);
    }

    /** What a line of shell writes on a node; its failure is the test's. */
    String on(String node, String line) {
        Guest.Result result = execute(Script.ROOT, List.of(vm(), "run", "cluster-" + node, "--", line));
        if (!result.succeeded()) {
            throw new AssertionError("on " + node + ": " + line + "\n" + result.output());
        }
        return result.out().strip();
    }

    /** The names of its nodes. */
    List<String> nodes() {
        return List.of(
                kubectl("get nodes -o jsonpath='{.items[*].metadata.name}'").split(" "));
    }

    /** Starts node2 with this much persistent memory, and waits until the driver is ready there. */
    void addNode(String nvdimm) {
        mustSucceed(tool(), "add-node", nvdimm);
        awaitDriver();
    }

    /** Stops node2 and removes everything of it. */
    void removeNode() {
        mustSucceed(tool(), "remove-node");
    }

    /** Cuts the node's power. */
    void cutPower() {
        mustSucceed(vm(), "cut", "cluster-node1");
    }

    /** Starts a node again. */
    void powerOn(String node) {
        mustSucceed(vm(), "restart", "cluster-" + node);
    }

    /** The nodes whose machines have ended although nobody has stopped them: their kernels panicked, or QEMU failed. */
    List<String> endedNodes() {
        Guest.Result machines = execute(Script.ROOT, List.of(vm(), "list"));
        return machines.out()
                .lines()
                .filter(line -> line.startsWith("cluster-") && line.endsWith(" ended"))
                .map(line -> line.substring("cluster-".length(), line.indexOf(' ')))
                .toList();
    }

    /** The end of what a node has printed on its console. */
    String console(String node) {
        String console = execute(Script.ROOT, List.of(vm(), "console", "cluster-" + node))
                .output();
        return console.substring(Math.max(0, console.length() - CONSOLE_END));
    }

    /** Kills the node's kubelet, which is started again. */
    void restartKubelet() {
        mustSucceed(tool(), "restart-kubelet", "node1");
    }

    /** Installs the driver as at the start. */
    void installDriver() {
        installDriver(mode);
    }

    /** Installs the driver with another device mode. */
    void installDriver(String other) {
        mustSucceed(tool(), "install", other);
    }

    /** Removes the driver that has this device mode, as docs/install.md says. */
    void removeDriver(String installed) {
        kubectl("delete --ignore-not-found --kustomize deploy/kustomize/driver/" + installed);
    }

    /** Waits until the driver answers the kubelet and the provisioner. */
    void awaitDriver() {
        kubectl("rollout status -n pmem-csi daemonset/pmem-csi-node --timeout=600s");
        for (String node : nodes()) {
            await(DRIVER, "get csinode " + node + " -o jsonpath='{.spec.drivers[*].name}'");
        }
    }

    /** Whether a driver listens on node1 now, whatever the API server still thinks of its pod; costs next to nothing there. */
    boolean driverListens() {
        return onNode("grep -q plugins/" + DRIVER + "/csi.sock /proc/$(pidof java)/net/unix && echo yes || true")
                .endsWith("yes");
    }

    /** What the driver has written since it was started. */
    String driverLog() {
        return kubectl("logs -n pmem-csi daemonset/pmem-csi-node -c driver");
    }

    /** A shell in a folder that finds kubectl and the cluster, to be started by the caller. */
    ProcessBuilder shell(Path directory, String script) {
        return environment(new ProcessBuilder("bash", "-euo", "pipefail", "-c", script).directory(directory.toFile()));
    }

    /** Runs a script of shell as a user would type it. */
    Guest.Result bash(Path directory, String script) {
        return Script.execute(shell(directory, script));
    }

    /** Keeps the logs of everything under this name. */
    void logs(String name) {
        execute(
                Script.ROOT,
                List.of(
                        tool(),
                        "logs",
                        Script.ROOT.resolve("test/target/cluster-logs/" + name).toString()));
    }

    @Override
    public void close() {
        mustSucceed(tool(), "down");
    }

    private static String tool() {
        return Script.ROOT.resolve("test/cluster/cluster").toString();
    }

    private static String vm() {
        return Script.ROOT.resolve("test/vm/vm").toString();
    }

    private void mustSucceed(String... command) {
        Guest.Result result = execute(Script.ROOT, List.of(command));
        if (!result.succeeded()) {
            throw new AssertionError(String.join(" ", command) + "\n" + result.output());
        }
    }

    private ProcessBuilder environment(ProcessBuilder builder) {
        builder.environment().put("PMEM_CSI_CLUSTER_DIR", folder.toString());
        builder.environment()
                .put("KUBECONFIG", folder.resolve("admin.kubeconfig").toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        return builder;
    }

    private Guest.Result execute(Path directory, List<String> command) {
        return Script.execute(environment(new ProcessBuilder(new ArrayList<>(command)).directory(directory.toFile())));
    }
}
