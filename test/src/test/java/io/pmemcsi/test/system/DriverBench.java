// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import csi.v1.GetCapacityRequest;
import csi.v1.ProbeRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Figures, not tests: "make bench" runs it against the built distribution in emulated mode and prints tables. Wall times
 * depend on the machine and its load; compare only what one run has printed.
 */
final class DriverBench {
    private static final int CYCLES = 20;
    private static final int STARTS = 5;
    private static final int PARALLEL = 16;
    private static final int CROWD = 30;
    private static final long SIZE = 64 * DriverProcess.MIB;
    private static final long LARGE = 1024 * DriverProcess.MIB;
    private static final String CAPACITY = "4Gi";

    @RegisterExtension
    private final DriverProcess driver = new DriverProcess();

    private final Samples samples = new Samples();

    @Test
    void start_and_memory() {
        for (int i = 0; i < STARTS; i++) {
            samples.time("start to first Probe, ms", () -> driver.start("--capacity", CAPACITY));
            samples.add("CPU until then, ms", driver.cpuMilliseconds());
            samples.add("resident memory when idle, MiB", driver.residentMebibytes());
            driver.stop();
        }
        driver.start("--capacity", CAPACITY);
        Orchestrator kube = new Orchestrator(driver);
        IntStream.range(0, CYCLES).forEach(i -> persistent(kube, "warm-" + i, new Samples()));
        samples.add("resident memory after " + CYCLES + " volumes, MiB", driver.residentMebibytes());
        print("Start and memory");
    }

    @Test
    void latency_of_each_call() {
        Orchestrator kube = warm();
        for (int i = 0; i < CYCLES; i++) {
            String name = "cycle-" + i;
            samples.time("whole cycle", () -> persistent(kube, name, samples));
            String handle = "csi-inline-" + i;
            samples.time("inline NodePublishVolume", () -> kube.publishInline(handle, "p", SIZE, Map.of()));
            samples.time("inline NodeUnpublishVolume", () -> kube.unpublish(handle, "p"));
            samples.time("Probe", () -> driver.csi().identity().probe(ProbeRequest.getDefaultInstance()));
        }
        print("Latency, ms (64 MiB, ext4, one call at a time)");
    }

    @Test
    void scale_with_volumes_and_callers() throws Exception {
        Orchestrator kube = warm();
        creations(kube, "create with 0 other volumes");
        capacities("GetCapacity with 0 volumes");
        List<String> crowd = IntStream.range(0, CROWD)
                .mapToObj(i -> kube.create("crowd-" + i, SIZE, Requests.BLOCK, Map.of()))
                .toList();
        creations(kube, "create with " + CROWD + " other volumes");
        capacities("GetCapacity with " + CROWD + " volumes");
        crowd.forEach(kube::delete);
        driver.csi().awaitAvailable(4 * LARGE);
        try (ExecutorService callers = Executors.newFixedThreadPool(PARALLEL)) {
            samples.time(
                    PARALLEL + " creations at once, total",
                    () -> CompletableFuture.allOf(IntStream.range(0, PARALLEL)
                                    .mapToObj(i -> CompletableFuture.runAsync(
                                            () -> kube.create("many-" + i, SIZE, Requests.EXT4, Map.of()), callers))
                                    .toArray(CompletableFuture<?>[]::new))
                            .join());
        }
        print("Scale, ms (64 MiB volumes)");
    }

    @Test
    void erasing() {
        Orchestrator kube = warm();
        for (int i = 0; i < 3; i++) {
            String id = kube.create("large-" + i, LARGE, Requests.BLOCK, Map.of());
            samples.time("DeleteVolume of 1 GiB answers after", () -> kube.delete(id));
            samples.time(
                    "its space is available again after", () -> driver.csi().awaitAvailable(4 * LARGE));
        }
        print("Erasing, ms");
    }

    private Orchestrator warm() {
        driver.start("--capacity", CAPACITY);
        Orchestrator kube = new Orchestrator(driver);
        IntStream.range(0, 3).forEach(i -> persistent(kube, "warm-" + i, new Samples()));
        return kube;
    }

    private static void persistent(Orchestrator kube, String name, Samples samples) {
        String[] id = new String[1];
        samples.time("CreateVolume", () -> id[0] = kube.create(name, SIZE, Requests.EXT4, Map.of()));
        samples.time("NodeStageVolume", () -> kube.stage(id[0], Requests.EXT4));
        samples.time("NodePublishVolume", () -> {
            Path _ = kube.publish(id[0], "bench", Requests.EXT4);
        });
        samples.time("NodeUnpublishVolume", () -> kube.unpublish(id[0], "bench"));
        samples.time("NodeUnstageVolume", () -> kube.unstage(id[0]));
        samples.time("DeleteVolume", () -> kube.delete(id[0]));
    }

    private void creations(Orchestrator kube, String what) {
        for (int i = 0; i < CYCLES; i++) {
            String name = what + i;
            samples.time(what, () -> kube.delete(kube.create(name, SIZE, Requests.BLOCK, Map.of())));
        }
    }

    private void capacities(String what) {
        for (int i = 0; i < CYCLES; i++) {
            samples.time(what, () -> driver.csi().controller().getCapacity(GetCapacityRequest.getDefaultInstance()));
        }
    }

    private void print(String title) {
        System.out.print(samples.table(title));
    }
}
