// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.pmem.TortureWorkload.Life;
import io.pmemcsi.test.pmem.TortureWorkload.Volume;
import io.pmemcsi.test.system.Eventually;
import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes while volumes are made, filled and deleted. {@code make torture} does it more often. */
@Tag(Guest.TAG)
final class TortureIT {
    private static final int CUTS = Integer.getInteger("pmemcsi.cuts", 2);
    private static final int MOST_ANSWERS = 30;

    static List<String> modes() {
        return List.of(System.getProperty("pmemcsi.modes", "lvm,direct").split(",", -1));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void what_was_acknowledged_survives_and_nothing_else(String mode) throws Exception {
        long seed = Long.getLong("pmemcsi.seed", System.nanoTime());
        System.out.println("TortureIT " + mode + ": repeat with -Dpmemcsi.seed=" + seed);
        Random random = new Random(seed);
        try (PmemNode node = PmemNode.start("2G")) {
            PmemNode.Running driver = node.driverAtEachBoot(mode);
            long empty = driver.csi().available();
            for (int cut = 1; cut <= CUTS; cut++) {
                TortureWorkload workload = new TortureWorkload(node.guest(), driver.kubelet(), mode + cut);
                int moment = 1 + random.nextInt(MOST_ANSWERS);
                cutDuring(node.guest(), workload, moment, random.nextLong());
                driver.disconnect();
                node.guest().restart();
                driver = node.driverOfThisBoot(mode);
                var kept =
                        workload.volumes().stream().collect(Collectors.groupingBy(Volume::life, Collectors.counting()));
                System.out.println("TortureIT " + mode + ": cut " + cut + " after " + moment + " answers: " + kept);
                check(node.guest(), driver, workload, mode + cut);
                driver.csi().awaitAvailable(empty);
                assertNothingIsLeft(node.guest(), mode);
            }
            driver.close();
        }
    }

    private static void cutDuring(Guest guest, TortureWorkload workload, int moment, long seed) throws Exception {
        CompletableFuture<Void> clients = CompletableFuture.runAsync(() -> {
            try {
                workload.run(seed);
            } catch (Exception e) {
                throw new AssertionError("a client has failed before the power went", e);
            }
        });
        Eventually.holds(
                moment + " answers", () -> workload.answered() >= moment || clients.isCompletedExceptionally());
        workload.powerGoes();
        guest.cut();
        clients.get();
    }

    /** Looks at what the clients know, with clients of the next driver, and removes it. */
    private static void check(Guest guest, PmemNode.Running driver, TortureWorkload before, String round) {
        TortureWorkload after = new TortureWorkload(guest, driver.kubelet(), round);
        assertThat(guest.sh("grep -c " + GuestDriver.KUBELET + " /proc/self/mountinfo || true"))
                .as("mounts after the boot")
                .isEqualTo("0");
        Set<String> there = Set.copyOf(driver.csi().ids());
        for (Volume volume : before.volumes()) {
            switch (volume.life()) {
                case ASKED -> {
                    String id = driver.kubelet().create(volume.name(), volume.size(), volume.capability(), Map.of());
                    driver.kubelet().delete(id);
                }
                case MADE, FILLED -> {
                    assertThat(there).as(volume.toString()).contains(volume.id());
                    Path target = after.publish(volume);
                    if (volume.life() == Life.FILLED) {
                        assertThat(after.read(volume, target)).isEqualTo(volume.name());
                    }
                    after.end(volume);
                }
                case ENDING -> after.end(volume);
            }
        }
        assertThat(driver.csi().ids()).as("volumes that nobody has asked for").isEmpty();
    }

    private static void assertNothingIsLeft(Guest guest, String mode) {
        assertThat(guest.sh("lvs --noheadings -o lv_name"))
                .as("logical volumes")
                .isEmpty();
        assertThat(guest.sh("ndctl list -Ni | grep '\"name\"' | grep -v '\"pmem-csi\"' || true"))
                .as("namespaces")
                .isEmpty();
        assertThat(guest.sh("find " + PmemNode.state(mode) + " -name '*.json*'"))
                .as("records")
                .isEmpty();
        assertThat(guest.sh("grep " + GuestDriver.KUBELET + " /proc/self/mountinfo || true"))
                .as("mounts")
                .isEmpty();
    }
}
