// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.TestNode.publication;
import static io.pmemcsi.driver.volume.TestNode.staging;
import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that are repeated: in another way, or after one that failed or was cut off. */
final class RepeatedTest {
    private static final VolumeId FS = VolumeId.ofName("fs");
    private static final MountFlags NO_ATIME = MountFlags.parse(List.of("noatime"));

    private final TestNode node = TestNode.start();

    @BeforeEach
    void provision() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static StageRequest stageRequest(AccessType access, Optional<FsType> type, MountFlags flags) {
        return new StageRequest(FS, staging("s"), access, type, flags);
    }

    private void stage(AccessType access, Optional<FsType> type, MountFlags flags) {
        node.publishing().stage(stageRequest(access, type, flags));
    }

    private void stage() {
        node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
    }

    private void publish(AccessType access, Optional<FsType> type, MountFlags flags) {
        node.publishing().publish(new PublishRequest(FS, staging("s"), access, type, flags, publication("p")));
    }

    private void publish() {
        publish(AccessType.MOUNT, Optional.empty(), MountFlags.NONE);
    }

    private void failSavesAfter(String call) {
        node.faults().arm(name -> {
            if (name.equals("store.save") && node.faults().count(call) > 0) {
                throw Faults.injected(name);
            }
        });
    }

    @Test
    void staging_there_again_in_another_way_is_refused() {
        stage();
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> stage(AccessType.BLOCK, Optional.empty(), MountFlags.NONE));
        assertFails(
                FailureKind.EXISTS_DIFFERENTLY,
                () -> stage(AccessType.MOUNT, Optional.of(FsType.XFS), MountFlags.NONE));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> stage(AccessType.MOUNT, Optional.empty(), NO_ATIME))
                .contains("noatime");
        stage(AccessType.MOUNT, Optional.of(FsType.EXT4), MountFlags.parse(List.of("rw")));
    }

    @Test
    void publishing_there_again_in_another_way_is_refused() {
        stage();
        publish(AccessType.MOUNT, Optional.empty(), NO_ATIME);
        publish(AccessType.MOUNT, Optional.of(FsType.EXT4), NO_ATIME);
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> publish(AccessType.BLOCK, Optional.empty(), NO_ATIME));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> publish(AccessType.MOUNT, Optional.of(FsType.XFS), NO_ATIME));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, this::publish).contains("noatime");
    }

    @Test
    void an_inline_volume_with_other_flags_is_refused() {
        InlineRequest plain = Wishes.inlineRequest("csi-1", "i");
        node.inline().publish(plain);
        InlineRequest other = new InlineRequest("csi-1", plain.wish(), NO_ATIME, plain.publication());
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> node.inline().publish(other))
                .contains("noatime");
    }

    @Test
    void a_mount_that_cannot_be_recorded_is_undone() {
        failSavesAfter("mounter.mount");
        assertFails(FailureKind.BACKEND_FAULT, this::stage).contains("store.save");
        node.faults().disarm();
        assertThat(node.mounter().find(staging("s"))).isEmpty();
        stage();
        assertThat(node.record(FS).daxActive()).isPresent();
    }

    @Test
    void an_inline_volume_that_cannot_be_mounted_again_is_not_mounted_without_a_record() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        node.reboot();
        long before = node.faults().count("mounter.mount");
        node.faults().arm(name -> {
            if (name.equals("store.save") && node.faults().count("mounter.mount") > before) {
                throw Faults.injected(name);
            }
        });
        assertFails(FailureKind.BACKEND_FAULT, () -> node.inline().publish(Wishes.inlineRequest("csi-1", "i")));
        node.faults().disarm();
        assertThat(node.mounter().find(target("i"))).isEmpty();
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
    }

    @Test
    void a_publication_that_was_known_before_a_failed_call_stays_known() {
        stage();
        publish();
        node.mounter().unmount(target("p"));
        node.faults().failOnce("mounter.bind");
        assertFails(FailureKind.BACKEND_FAULT, this::publish);
        assertThat(node.record(FS).publications()).containsExactly(publication("p"));
    }

    /** Plays a crash between mounting and recording that DAX was looked for. */
    private void mountWithoutProof() {
        VolumeRecord intent =
                node.record(FS).asFormatted().staged(Optional.of(new Staging(staging("s"), Optional.of(List.of()))));
        node.store().save(intent);
        var device = node.devices().find(FS).orElseThrow();
        node.fileSystems().format(device, FsType.EXT4);
        node.mounter().mount(new MountRequest(device, FsType.EXT4, MountFlags.NONE, DaxPolicy.PREFERRED, staging("s")));
    }

    @Test
    void dax_is_proven_by_the_repeated_call_when_the_first_was_cut_off() {
        mountWithoutProof();
        stage();
        assertThat(node.record(FS).daxActive()).contains(false);
    }

    @Test
    void a_mount_that_pods_have_is_taken_as_it_is() {
        mountWithoutProof();
        publish();
        stage();
        assertThat(node.record(FS).daxActive()).isEmpty();
        assertThat(node.mounter().find(target("p"))).isPresent();
        node.store().save(node.record(FS).staged(Optional.empty()));
        stage();
        assertThat(node.record(FS).staging()).contains(staging("s"));
    }

    @Test
    void a_lost_publication_is_not_guessed() {
        stage();
        publish();
        node.store().save(node.record(FS).unpublished(target("p")));
        assertFails(FailureKind.IN_USE, this::publish);
        Publication unknown = Publication.adopted(target("p"), false);
        node.store().save(node.record(FS).published(unknown));
        publish();
        assertThat(node.record(FS).publications()).containsExactly(publication("p"));
    }
}
