// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Volume;
import io.pmemcsi.driver.domain.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of the driver in the middle of many calls. */
@Timeout(240)
final class KillIT {
    private static final int ROUNDS = 3;
    private static final int KILLS_PER_ROUND = 2;
    private static final int CALLS_PER_ROUND = 200;

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @Test
    void leaves_exactly_what_was_asked_for() throws Exception {
        long seed = Long.getLong("pmemcsi.seed", System.nanoTime());
        System.out.println("KillIT: repeat with -Dpmemcsi.seed=" + seed);
        Random random = new Random(seed);
        driver.start();
        Orchestrator node = new Orchestrator(driver);
        KillWorkload workload = new KillWorkload(driver.csi(), node);
        for (int round = 1; round <= ROUNDS; round++) {
            killDuring(workload, node, "r" + round, random);
            assertExactlyKept(workload, node);
        }
        workload.checkKept();
        workload.deleteKept();
        driver.csi().awaitAvailable(DriverProcess.CAPACITY);
        assertThat(driver.csi().volumes()).isEmpty();
        driver.assertNothingIsLeft();
        driver.stop();
    }

    private void killDuring(KillWorkload workload, Orchestrator node, String round, Random random) throws Exception {
        int before = node.answered();
        CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> workload.run(round));
        List<Integer> moments = random.ints(KILLS_PER_ROUND, 10, CALLS_PER_ROUND - 20)
                .sorted()
                .boxed()
                .toList();
        for (int moment : moments) {
            Eventually.holds(moment + " answers", () -> node.answered() - before >= moment || clients.isDone());
            assertThat(clients).as("the clients in the middle of " + round).isNotDone();
            driver.killHard();
            driver.start();
        }
        clients.get();
        int answered = node.answered() - before;
        System.out.println("KillIT: " + round + ": killed after " + moments + " of " + answered + " answered calls");
        assertThat(answered).isGreaterThanOrEqualTo(CALLS_PER_ROUND);
    }

    private void assertExactlyKept(KillWorkload workload, Orchestrator node) {
        List<Volume> volumes = driver.csi().volumes();
        long used = volumes.stream().mapToLong(Volume::getCapacityBytes).sum();
        driver.csi().awaitAvailable(DriverProcess.CAPACITY - used);
        List<String> ids = volumes.stream().map(Volume::getVolumeId).toList();
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(workload.kept().values().stream()
                        .map(KillWorkload.Kept::id)
                        .toList());
        assertThat(HostState.names(driver.images())).isEqualTo(files(ids, ".img"));
        assertThat(HostState.names(driver.records())).isEqualTo(files(ids, ".json"));
        assertThat(HostState.loops(driver.directory())).hasSameSizeAs(ids);
        assertThat(HostState.mountPoints(driver.directory()))
                .containsExactlyInAnyOrderElementsOf(expectedMounts(workload, node));
        assertThat(targets()).containsExactlyInAnyOrderElementsOf(expectedTargets(workload, node));
    }

    /** Inline volumes are listed under their handles, which are no file names. */
    private static List<String> files(List<String> ids, String suffix) {
        return ids.stream()
                .map(id -> VolumeId.parse(id).orElseGet(() -> VolumeId.ofInlineHandle(id)) + suffix)
                .sorted()
                .toList();
    }

    private static List<Path> expectedMounts(KillWorkload workload, Orchestrator node) {
        List<Path> mounts = new ArrayList<>(expectedTargets(workload, node));
        workload.kept().values().stream()
                .filter(volume -> volume.published() && volume.capability().equals(Optional.of(Requests.EXT4)))
                .map(volume -> node.staging(volume.id()))
                .forEach(mounts::add);
        return mounts;
    }

    private static List<Path> expectedTargets(KillWorkload workload, Orchestrator node) {
        return workload.kept().entrySet().stream()
                .filter(entry -> entry.getValue().published())
                .map(entry -> node.target(entry.getKey()))
                .toList();
    }

    /** What the driver has made in the directories of pods. */
    private List<Path> targets() {
        try (Stream<Path> pods = Files.list(driver.kubelet().resolve("pods"))) {
            return pods.map(pod -> pod.resolve("data")).filter(Files::exists).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
