// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.VolumeCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The node restarts under a running driver: processes, mounts and loop devices are gone, files are still there. */
@Timeout(120)
final class RebootIT {
    private static final long MIB = DriverProcess.MIB;

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @Test
    void keeps_volumes_and_data_and_collects_inline_volumes_of_vanished_pods() throws IOException {
        driver.start();
        Orchestrator node = new Orchestrator(driver);
        String ext4 = published(node, "ext4", Requests.EXT4, 16 * MIB);
        String xfs = published(node, "xfs", Requests.XFS, 300 * MIB);
        String block = published(node, "block", Requests.BLOCK, 8 * MIB);
        Content.write(node.publishInline("csi-stays", "stays", 24 * MIB, Map.of()), "stays", 1000);
        Content.write(node.publishInline("csi-goes", "goes", 32 * MIB, Map.of()), "goes", 1000);

        driver.killHard();
        HostState.vanish(driver.directory(), driver.directory());
        forget(node.target("goes"));
        driver.start();

        driver.csi().awaitAvailable(DriverProcess.CAPACITY - (16 + 300 + 8 + 24) * MIB);
        assertThat(driver.csi().ids()).containsExactlyInAnyOrder(ext4, xfs, block, "csi-stays");
        assertThat(HostState.mountPoints(driver.directory())).isEmpty();
        checkAndDelete(node, "ext4", ext4, Requests.EXT4);
        checkAndDelete(node, "xfs", xfs, Requests.XFS);
        checkAndDelete(node, "block", block, Requests.BLOCK);
        Path again = node.publishInline("csi-stays", "stays", 24 * MIB, Map.of());
        assertThat(Content.read(again, 5000)).isEqualTo("stays".repeat(1000));
        node.unpublish("csi-stays", "stays");
        driver.csi().awaitAvailable(DriverProcess.CAPACITY);
        driver.assertNothingIsLeft();
    }

    private static String published(Orchestrator node, String name, VolumeCapability capability, long size) {
        String id = node.create(name, size, capability, Map.of());
        node.stage(id, capability);
        Content.write(node.publish(id, name, capability), name, 1000);
        return id;
    }

    private static void checkAndDelete(Orchestrator node, String name, String id, VolumeCapability capability) {
        node.stage(id, capability);
        Path target = node.publish(id, name, capability);
        assertThat(Content.read(target, 1000 * name.length())).isEqualTo(name.repeat(1000));
        node.unpublish(id, name);
        node.unstage(id);
        node.delete(id);
    }

    /** The kubelet has removed the directory of a pod that was deleted meanwhile. */
    private static void forget(Path target) throws IOException {
        Files.delete(target);
        Files.delete(target.getParent());
    }
}
