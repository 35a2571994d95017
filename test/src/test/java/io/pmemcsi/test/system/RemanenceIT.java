// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.VolumeCapability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a deleted volume held cannot be found: not on the disk below the state directory, and not in new volumes. The state
 * directory is on a file system in an image of this test's own, so that the whole disk can be searched.
 */
@Timeout(120)
final class RemanenceIT {
    private static final long MIB = DriverProcess.MIB;
    private static final long STORE = 320 * MIB;
    private static final long SPACE = 176 * MIB;
    private static final int COPIES = 100_000;
    private static final Map<String, String> ERASE = Map.of("eraseafter", "true");
    private static final Map<String, String> KEEP = Map.of("eraseafter", "false");

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private Path disk = Path.of("");

    @BeforeEach
    void put_the_state_on_a_disk_of_its_own() throws IOException {
        disk = driver.directory().resolve("disk.raw");
        Path mountPoint = Files.createDirectory(driver.directory().resolve("disk"));
        Distribution.tool("truncate", "--size", Long.toString(STORE), disk.toString());
        Distribution.tool("mkfs.ext4", "-q", "-F", "-m", "0", disk.toString());
        Distribution.tool("mount", "-o", "loop", disk.toString(), mountPoint.toString());
        driver.useState(mountPoint.resolve("state"));
    }

    @Test
    void deleted_data_is_nowhere() {
        driver.start("--capacity", Long.toString(SPACE));
        Orchestrator node = new Orchestrator(driver);
        Map<String, String> volumes = new LinkedHashMap<>();
        volumes.put("fs-erase", filled(node, "fs-erase", Requests.EXT4, ERASE));
        volumes.put("fs-keep", filled(node, "fs-keep", Requests.EXT4, KEEP));
        volumes.put("block-erase", filled(node, "block-erase", Requests.BLOCK, ERASE));
        volumes.put("block-keep", filled(node, "block-keep", Requests.BLOCK, KEEP));
        filledInline(node, "inline-erase", ERASE);
        filledInline(node, "inline-keep", KEEP);
        sync();
        secrets.forEach((name, secret) -> assertThat(Content.holds(disk, secret))
                .as("the search finds " + name)
                .isTrue());

        volumes.forEach((name, id) -> {
            node.unpublish(id, name);
            node.unstage(id);
            node.delete(id);
        });
        List.of("inline-erase", "inline-keep").forEach(name -> node.unpublish(name, name));
        driver.csi().awaitAvailable(SPACE);
        sync();
        assertNoSecretIn(disk);
        assertNewVolumesAreClean(node);
        driver.stop();
    }

    /** New volumes take all the space that the old ones had. */
    private void assertNewVolumesAreClean(Orchestrator node) {
        String block = node.create("new-block", SPACE / 2, Requests.BLOCK, Map.of());
        String ext4 = node.create("new-ext4", SPACE / 2, Requests.EXT4, Map.of());
        assertThat(driver.csi().available()).isZero();
        node.stage(block, Requests.BLOCK);
        assertNoSecretIn(node.publish(block, "new-block", Requests.BLOCK));
        node.stage(ext4, Requests.EXT4);
        Path target = node.publish(ext4, "new-ext4", Requests.EXT4);
        HostState.mounts(target).forEach(mount -> assertNoSecretIn(Path.of(mount.source())));
        assertThat(HostState.mounts(target)).hasSize(1);
    }

    private String filled(Orchestrator node, String name, VolumeCapability capability, Map<String, String> parameters) {
        String id = node.create(name, 24 * MIB, capability, parameters);
        node.stage(id, capability);
        Content.write(node.publish(id, name, capability), secret(name), COPIES);
        return id;
    }

    private void filledInline(Orchestrator node, String name, Map<String, String> attributes) {
        Path target = node.publishInline(name, name, 24 * MIB, attributes);
        Content.write(target, secret(name), COPIES);
    }

    private String secret(String name) {
        return secrets.computeIfAbsent(name, _ -> "secret " + UUID.randomUUID() + "-" + UUID.randomUUID() + "\n");
    }

    private void sync() {
        Distribution.tool("sync", "--file-system", driver.state().toString());
    }

    private void assertNoSecretIn(Path place) {
        secrets.forEach((name, secret) -> assertThat(Content.holds(place, secret))
                .as("data of " + name + " in " + place)
                .isFalse());
    }
}
