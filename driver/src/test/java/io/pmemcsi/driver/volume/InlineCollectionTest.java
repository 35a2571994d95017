// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When inline volumes are collected whose pods nobody will end, and what becomes of their targets. */
final class InlineCollectionTest {
    private final TestNode node = TestNode.start();

    @AfterEach
    void stop() {
        node.close();
    }

    private static InlineRequest inline(Path target) {
        return new InlineRequest(
                "csi-1",
                Wishes.inline(Map.of("size", "100Mi")),
                MountFlags.NONE,
                new Publication(target, false, AccessMode.SINGLE_NODE_WRITER));
    }

    @Test
    void an_inline_volume_whose_pod_is_gone_is_collected(@TempDir Path root) throws IOException {
        Path pod = Files.createDirectory(root.resolve("pod"));
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            real.inline().publish(inline(pod.resolve("mount")));
            real.reboot();
            assertThat(real.store().all()).as("its pod is there").hasSize(1);
            Files.delete(pod.resolve("mount"));
            Files.delete(pod);
            real.reboot();
            real.awaitErased();
            assertThat(real.store().all()).isEmpty();
            assertThat(real.available()).isEqualTo(TestNode.MANAGED);
        }
    }

    @Test
    void an_inline_volume_that_the_kubelet_has_lost_is_collected_when_it_is_not_published_again(@TempDir Path root)
            throws IOException {
        Path pod = Files.createDirectory(root.resolve("pod"));
        Path note = pod.resolve("vol_data.json");
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            real.inline().publish(inline(pod.resolve("mount")));
            Files.writeString(note, "{}");
            real.reboot();
            real.inline().collectAbandoned(true);
            assertThat(real.store().all()).as("the kubelet can end it").hasSize(1);
            Files.writeString(note, "");
            real.inline().collectAbandoned(false);
            assertThat(real.store().all()).as("its pod may still be there").hasSize(1);
            real.inline().publish(inline(pod.resolve("mount")));
            real.inline().collectAbandoned(true);
            assertThat(real.store().all()).as("it is mounted").hasSize(1);
            real.reboot();
            real.inline().collectAbandoned(true);
            real.awaitErased();
            assertThat(real.store().all()).isEmpty();
            assertThat(real.available()).isEqualTo(TestNode.MANAGED);
        }
    }

    @Test
    void looking_for_lost_inline_volumes_refuses_no_call_for_one_in_use() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        VolumeId id = node.store().all().getFirst().id();
        node.faults().arm(_ -> node.leases().take(id).close());
        long looks = node.faults().count("mounter.find");
        node.inline().collectAbandoned(true);
        node.faults().disarm();
        assertThat(node.faults().count("mounter.find")).isGreaterThan(looks);
        assertThat(node.mounter().find(target("i"))).isPresent();
    }

    @Test
    void an_inline_volume_is_collected_as_soon_as_its_directory_is_gone(@TempDir Path root) throws IOException {
        Path pod = Files.createDirectory(root.resolve("pod"));
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            real.inline().publish(inline(pod.resolve("mount")));
            real.reboot();
            real.inline().collectAbandoned(false);
            assertThat(real.store().all()).hasSize(1);
            Files.deleteIfExists(pod.resolve("mount"));
            Files.delete(pod);
            real.inline().collectAbandoned(false);
            real.awaitErased();
            assertThat(real.store().all()).isEmpty();
        }
    }

    @Test
    void no_inline_volume_is_collected_while_the_directory_of_all_pods_is_missing(@TempDir Path temporary)
            throws IOException {
        Path root = Files.createDirectory(temporary.resolve("kubelet"));
        Path pod = Files.createDirectory(root.resolve("pod"));
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            real.inline().publish(inline(pod.resolve("mount")));
            List<VolumeRecord> before = real.store().all();
            Path away = Files.move(root, temporary.resolve("away"));
            real.restart();
            assertThat(real.store().all()).isEqualTo(before);
            Files.move(away, root);
            real.inline().publish(inline(pod.resolve("mount")));
        }
    }

    @Test
    void targets_are_removed_with_the_volume(@TempDir Path root) throws IOException {
        Path pod = Files.createDirectory(root.resolve("pod"));
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            real.inline().publish(inline(pod.resolve("mount")));
            assertThat(pod.resolve("mount")).isDirectory();
            real.inline().unpublish("csi-1", pod.resolve("mount"));
            assertThat(pod).isEmptyDirectory();
        }
    }

    @Test
    void a_target_that_is_a_file_of_somebody_else_is_refused_and_kept(@TempDir Path root) throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        try (TestNode real = TestNode.start(TestNode.Setup.DEFAULT.withRealTargets(root))) {
            Failures.assertFails(
                    FailureKind.INVALID_REQUEST, () -> real.inline().publish(inline(file)));
            assertThat(file).exists();
            assertThat(real.store().all()).isEmpty();
            assertThat(real.available()).isEqualTo(TestNode.MANAGED);
        }
    }
}
