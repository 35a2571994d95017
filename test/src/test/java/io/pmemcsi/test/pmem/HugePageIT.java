// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.VolumeCapability;
import io.pmemcsi.test.system.Commands;
import io.pmemcsi.test.system.Orchestrator;
import io.pmemcsi.test.system.Requests;
import io.pmemcsi.test.vm.Guest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file of 75 % of a volume is mapped directly and with 2 MiB pages only, as the kernel's own trace events tell. */
@Tag(Guest.TAG)
@Tag(Guest.THOROUGH)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HugePageIT {
    private static final long MIB = 1L << 20;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private PmemNode node;

    @BeforeAll
    void start(@TempDir Path directory) {
        Path program = directory.resolve("daxmap");
        Commands.run("gcc", "-O2", "-Wall", "-static", "-o", program.toString(), "vm/daxmap.c");
        // Switching trace events patches the running kernel, which QEMU's emulation of two processors does not survive
        // each time.
        node = PmemNode.start("6G", "--cpus", "1");
        node.guest().put(program, "/opt");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private void assertHugePages(Path target) {
        String told = node.guest().sh("/opt/daxmap " + target + "/map 75 && rm " + target + "/map");
        assertThat(told).matches("dax=1 pages=([0-9]+) pmd=\\1 fallback=0");
        assertThat(node.guest().sh("grep ' " + target + " ' /proc/self/mountinfo"))
                .contains("dax=always");
    }

    private static VolumeCapability capability(String type) {
        return type.equals("xfs") ? Requests.XFS : Requests.EXT4;
    }

    private static Path publish(Orchestrator kubelet, String id, String type) {
        kubelet.stage(id, capability(type));
        return kubelet.publish(id, id, capability(type));
    }

    private static void delete(Orchestrator kubelet, String id) {
        kubelet.unpublish(id, id);
        kubelet.unstage(id);
        kubelet.delete(id);
    }

    @ParameterizedTest
    @CsvSource({"lvm", "direct"})
    void at_every_size(String mode) {
        try (PmemNode.Running driver = node.driver(mode)) {
            Orchestrator kubelet = driver.kubelet();
            for (String each : List.of("ext4 64", "ext4 300", "ext4 1024", "xfs 300", "xfs 1024")) {
                String type = each.split(" ", -1)[0];
                long size = Long.parseLong(each.split(" ", -1)[1]) * MIB;
                String id = kubelet.create(mode + " " + each, size, capability(type), Map.of());
                assertHugePages(publish(kubelet, id, type));
                delete(kubelet, id);
            }
        }
    }

    @Test
    void in_a_fragmented_volume_group() {
        try (PmemNode.Running driver = node.driver("lvm")) {
            Orchestrator kubelet = driver.kubelet();
            List<String> small = new ArrayList<>();
            for (int i = 0; i < 14; i++) {
                small.add(kubelet.create("small " + i, 104 * MIB, Requests.BLOCK, Map.of()));
            }
            String rest = kubelet.create("rest", driver.csi().available(), Requests.BLOCK, Map.of());
            for (int i = 0; i < small.size(); i += 2) {
                kubelet.delete(small.get(i));
            }
            driver.csi().awaitAvailable(7 * 104 * MIB);
            for (String type : List.of("ext4", "xfs")) {
                String id = kubelet.create("fragmented " + type, 300 * MIB, capability(type), Map.of());
                String segments = node.guest().sh("lvs --noheadings -o seg_count --select lv_name=" + id);
                assertThat(Integer.parseInt(segments.strip())).isGreaterThan(1);
                assertHugePages(publish(kubelet, id, type));
                delete(kubelet, id);
            }
            for (int i = 1; i < small.size(); i += 2) {
                kubelet.delete(small.get(i));
            }
            kubelet.delete(rest);
        }
    }

    @ParameterizedTest
    @CsvSource({"ext4, 300, 1024", "xfs, 300, 1024"})
    void after_growing_in_use(String type, long before, long after) {
        try (PmemNode.Running driver = node.driver("lvm")) {
            Orchestrator kubelet = driver.kubelet();
            String id = kubelet.create("growing " + type, before * MIB, capability(type), Map.of());
            Path target = publish(kubelet, id, type);
            node.guest().sh("echo kept >" + target + "/file");
            kubelet.expand(id, after * MIB, target);
            long total = Long.parseLong(node.guest()
                    .sh("echo $(($(stat -f -c '%b * %S' " + target + ")))")
                    .strip());
            assertThat(total).isGreaterThan(after * MIB * 8 / 10);
            assertHugePages(target);
            assertThat(node.guest().sh("cat " + target + "/file")).isEqualTo("kept");
            delete(kubelet, id);
        }
    }
}
