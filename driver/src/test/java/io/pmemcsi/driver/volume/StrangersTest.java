// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.TestNode.publication;
import static io.pmemcsi.driver.volume.TestNode.staging;
import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mounts that are not where the records say, and records that do not know the mounts. */
final class StrangersTest {
    private static final VolumeId FS = VolumeId.ofName("fs");
    private static final VolumeId RAW = VolumeId.ofName("raw");
    private static final VolumeId STRANGER = VolumeId.ofName("stranger");
    private static final VolumeId INLINE = VolumeId.ofInlineHandle("csi-1");

    private final TestNode node = TestNode.start();

    @BeforeEach
    void provision() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.provisioning().provision("raw", Wishes.SIZE, Wishes.block());
        node.provisioning().provision("stranger", Wishes.SIZE, Wishes.block());
        node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
        node.publishing().stage(Wishes.stage(RAW, AccessType.BLOCK));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void publish(String pod) {
        node.publishing().publish(Wishes.publish(FS, AccessType.MOUNT, publication(pod)));
    }

    private void publishRaw(String pod) {
        node.publishing().publish(Wishes.publish(RAW, AccessType.BLOCK, publication(pod)));
    }

    private Device device(VolumeId id) {
        return node.devices().find(id).orElseThrow();
    }

    /** What was mounted at the path goes, and another device's node comes. */
    private void exchange(Path path) {
        node.mounter().unmount(path);
        node.mounter().removeTarget(path);
        node.mounter().bindBlock(device(STRANGER), path, false);
    }

    private void assertStranger(Path path) {
        assertThat(node.mounter().find(path, device(STRANGER))).isEqualTo(Occupant.THIS);
    }

    private void assertNothing(Path path) {
        assertThat(node.mounter().find(path)).isEmpty();
    }

    @Test
    void a_stranger_at_a_known_target_is_neither_taken_for_the_volume_nor_unmounted() {
        publish("p");
        publishRaw("q");
        exchange(target("p"));
        exchange(target("q"));
        assertFails(FailureKind.IN_USE, () -> publish("p"));
        assertFails(FailureKind.IN_USE, () -> publishRaw("q"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(FS, target("p")));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(RAW, target("q")));
        assertStranger(target("p"));
        assertStranger(target("q"));
    }

    @Test
    void a_stranger_at_the_staging_path_is_neither_taken_for_the_volume_nor_unmounted() {
        exchange(staging("s"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT)));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unstage(FS, staging("s")));
        assertStranger(staging("s"));
    }

    @Test
    void a_stranger_at_the_staging_path_is_not_shown_to_a_pod() {
        exchange(staging("s"));
        assertFails(FailureKind.IN_USE, () -> publish("p")).contains("staging_target_path");
        assertNothing(target("p"));
        assertThat(node.record(FS).publications()).isEmpty();
    }

    @Test
    void a_stranger_at_the_target_of_an_inline_volume_is_neither_taken_for_it_nor_unmounted() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        exchange(target("i"));
        assertFails(FailureKind.IN_USE, () -> node.inline().publish(Wishes.inlineRequest("csi-1", "i")));
        assertFails(FailureKind.IN_USE, () -> node.inline().unpublish("csi-1", target("i")));
        assertStranger(target("i"));
        assertThat(node.record(INLINE).isReady()).isTrue();
    }

    @Test
    void how_full_a_stranger_is_is_not_told_as_the_volumes() {
        publish("p");
        assertThat(node.reports().stats(FS, target("p")).usage()).isPresent();
        exchange(target("p"));
        assertFails(FailureKind.NOT_FOUND, () -> node.reports().stats(FS, target("p")))
                .contains("is not what is mounted at");
    }

    @Test
    void a_stranger_is_not_grown_and_the_volume_neither() {
        publish("p");
        exchange(target("p"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().growFileSystem(FS, target("p"), Wishes.atLeast(200)));
        assertThat(device(FS).size()).isEqualTo(ByteSize.mebibytes(100));
        assertStranger(target("p"));
    }

    @Test
    void a_restart_drops_what_a_stranger_has_replaced() {
        publish("p");
        exchange(target("p"));
        exchange(staging("s"));
        node.restart();
        assertThat(node.record(FS).isUsed()).isFalse();
        assertStranger(target("p"));
        assertStranger(staging("s"));
    }

    @Test
    void a_mount_that_no_record_knows_is_taken_down_by_its_client() {
        publish("p");
        publishRaw("q");
        node.store().save(node.record(FS).unpublished(target("p")).staged(Optional.empty()));
        node.store().save(node.record(RAW).unpublished(target("q")));
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unpublish(RAW, target("q"));
        node.publishing().unstage(FS, staging("s"));
        assertNothing(target("p"));
        assertNothing(target("q"));
        assertNothing(staging("s"));
        node.provisioning().delete(FS);
    }

    @Test
    void staging_and_publications_are_not_taken_for_each_other() {
        publish("p");
        node.publishing().unstage(FS, target("p"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(FS, staging("s")));
        assertThat(node.mounter().find(target("p"))).isPresent();
        assertThat(node.mounter().find(staging("s"))).isPresent();
    }

    @Test
    void without_its_device_a_volume_is_taken_down_where_its_record_says() {
        publish("p");
        Device lost = device(FS);
        node.devices().quarantine(FS);
        node.devices().remove(FS);
        node.restart();
        assertThat(node.mounter().find(target("p"), lost)).isEqualTo(Occupant.THIS);
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unstage(FS, staging("s"));
        assertNothing(target("p"));
        assertNothing(staging("s"));
    }

    @Test
    void an_adopted_volume_keeps_its_mounts() {
        publish("p");
        node.mounter().bind(staging("s"), target("r"), MountFlags.NONE.readOnly());
        Path subPath = TestNode.KUBELET.resolve("pods/x/volume-subpaths/pv/c/0");
        node.mounter().bind(staging("s"), subPath, MountFlags.NONE);
        node.store().remove(FS);
        node.restart();
        assertThat(node.record(FS).stagedAt()).contains(new Staging(staging("s"), Optional.empty()));
        assertThat(node.record(FS).publications())
                .containsExactly(Publication.adopted(target("p"), false), Publication.adopted(target("r"), true));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> publish("r"));
        publish("p");
        assertThat(node.record(FS).publicationAt(target("p"))).contains(publication("p"));
        node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
        assertThat(node.faults().count("mounter.mount")).isEqualTo(1);
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unpublish(FS, target("r"));
        node.publishing().unstage(FS, staging("s"));
        assertNothing(staging("s"));
    }

    @Test
    void an_adopted_raw_volume_keeps_its_publications_whatever_was_written_to_it() {
        publishRaw("q");
        node.fileSystems().format(device(RAW), FsType.EXT4);
        node.mounter().bindBlock(device(RAW), TestNode.KUBELET.resolve("plugins/pv/dev/uid"), false);
        node.store().remove(RAW);
        node.restart();
        assertThat(node.record(RAW).traits().access()).isEqualTo(AccessType.BLOCK);
        assertThat(node.record(RAW).publications()).containsExactly(Publication.adopted(target("q"), false));
    }

    @Test
    void an_inline_volume_whose_record_was_lost_ends_with_its_pod() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        node.store().remove(INLINE);
        node.restart();
        node.inline().unpublish("csi-1", target("i"));
        node.awaitErased();
        assertNothing(target("i"));
        assertThat(node.store().find(INLINE)).isEmpty();
    }

    @Test
    void undoing_a_creation_leaves_strangers_alone() {
        VolumeRecord intent = VolumeRecord.creating(
                        INLINE, "csi-1", Lifecycle.EPHEMERAL, node.record(FS).traits(), TestNode.CLOCK.instant())
                .published(publication("i"));
        node.store().save(intent);
        node.mounter().bindBlock(device(STRANGER), target("i"), false);
        node.restart();
        assertThat(node.store().find(INLINE)).isEmpty();
        assertStranger(target("i"));
    }

    @Test
    void one_record_that_recovery_stumbles_over_does_not_stop_the_others() {
        List<VolumeRecord> before = node.store().all();
        node.stop();
        node.faults().arm(call -> {
            if (call.startsWith("mounter.find")) {
                throw new IllegalStateException("injected");
            }
        });
        node.devices().create(VolumeId.ofName("lost"), RecoveryTest.request(50));
        node.recover();
        node.faults().disarm();
        assertThat(node.store().all()).containsAll(before).hasSize(before.size() + 1);
    }
}
