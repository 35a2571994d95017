// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.TestNode.publication;
import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecoveryTest {
    private static final VolumeId FS = VolumeId.ofName("fs");
    private static final VolumeId RAW = VolumeId.ofName("raw");

    private final TestNode node = TestNode.start();

    @AfterEach
    void stop() {
        node.close();
    }

    private void publishedVolume() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
        node.publishing().publish(Wishes.publish(FS, AccessType.MOUNT, publication("p")));
    }

    private void publishedRawVolume() {
        node.provisioning().provision("raw", Wishes.SIZE, Wishes.block());
        node.publishing().stage(Wishes.stage(RAW, AccessType.BLOCK));
        node.publishing().publish(Wishes.publish(RAW, AccessType.BLOCK, publication("q")));
    }

    static DeviceRequest request(long mebibytes) {
        return new DeviceRequest(Wishes.atLeast(mebibytes), ByteSize.ZERO, Usage.APP_DIRECT);
    }

    @Test
    void a_restart_of_the_driver_changes_nothing() {
        publishedVolume();
        publishedRawVolume();
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        List<VolumeRecord> before = node.store().all();
        node.restart();
        assertThat(node.store().all()).isEqualTo(before);
        assertThat(node.mounter().find(target("p"))).isPresent();
        assertThat(node.mounter().find(target("i"))).isPresent();
    }

    @Test
    void after_a_reboot_nothing_is_mounted_and_the_records_say_so() {
        publishedVolume();
        publishedRawVolume();
        node.reboot();
        assertThat(node.record(FS).isUsed()).isFalse();
        assertThat(node.record(FS).formatted()).isTrue();
        assertThat(node.record(RAW).publications()).isEmpty();
        publishedVolume();
        publishedRawVolume();
        assertThat(node.faults().count("fileSystems.format")).isEqualTo(1);
    }

    @Test
    void a_raw_volume_stays_staged_for_its_client_when_the_driver_restarts() {
        node.provisioning().provision("raw", Wishes.SIZE, Wishes.block());
        node.publishing().stage(Wishes.stage(RAW, AccessType.BLOCK));
        node.restart();
        node.publishing().publish(Wishes.publish(RAW, AccessType.BLOCK, publication("q")));
        assertThat(node.mounter().find(target("q"))).isPresent();
    }

    @Test
    void an_interrupted_creation_is_undone() {
        VolumeRecord intent = VolumeRecord.creating(
                FS,
                "fs",
                Lifecycle.PERSISTENT,
                TraitsRules.traits(Wishes.mount(), node.devices().traits()),
                TestNode.CLOCK.instant());
        node.store().save(intent);
        node.restart();
        assertThat(node.store().all()).isEmpty();
        node.store().save(intent);
        node.devices().create(FS, request(100));
        node.restart();
        assertThat(node.store().all()).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
    }

    @Test
    void an_interrupted_inline_volume_is_undone_even_if_it_is_mounted() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "i"));
        VolumeRecord made = node.record(VolumeId.ofInlineHandle("csi-1"));
        node.store()
                .save(VolumeRecord.creating(made.id(), "csi-1", made.lifecycle(), made.traits(), made.created())
                        .published(publication("i")));
        node.restart();
        assertThat(node.store().all()).isEmpty();
        assertThat(node.mounter().find(target("i"))).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
    }

    @Test
    void erasing_goes_on() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.store().save(node.record(FS).deleting());
        node.restart();
        node.awaitErased();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
    }

    @Test
    void a_device_that_has_grown_is_believed() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.devices().expand(FS, request(200));
        node.restart();
        assertThat(node.record(FS).size()).isEqualTo(ByteSize.mebibytes(200));
    }

    @Test
    void a_device_that_has_shrunk_is_not_believed_reported_and_not_used() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        ByteSize recorded = ByteSize.mebibytes(200);
        node.store().save(node.record(FS).resized(recorded));
        node.restart();
        assertThat(node.record(FS).size()).isEqualTo(recorded);
        String text = "has 100Mi, but 200Mi are recorded";
        assertThat(node.reports().status(FS).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.reason()).isEqualTo("DeviceShrunk");
            assertThat(finding.severity()).isEqualTo(Finding.Severity.DATA_LOSS);
            assertThat(finding.message()).contains(FS.value(), text);
        });
        assertFails(FailureKind.BACKEND_FAULT, () -> node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT)))
                .contains(text);
        node.provisioning().delete(FS);
        node.awaitErased();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
    }

    @Test
    void a_device_that_shrinks_while_it_is_used_can_be_taken_down() {
        publishedVolume();
        node.store().save(node.record(FS).resized(ByteSize.mebibytes(200)));
        node.restart();
        assertThat(node.mounter().find(target("p"))).isPresent();
        publishAt("p");
        assertFails(FailureKind.BACKEND_FAULT, () -> publishAt("q")).contains("200Mi are recorded");
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unstage(FS, TestNode.staging("s"));
        assertThat(node.record(FS).isUsed()).isFalse();
    }

    private void publishAt(String pod) {
        node.publishing().publish(Wishes.publish(FS, AccessType.MOUNT, publication(pod)));
    }

    private void startWithoutTheDevice() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.devices().quarantine(FS);
        node.devices().remove(FS);
        node.restart();
    }

    @Test
    void a_volume_that_lost_its_device_is_kept_and_reported() {
        startWithoutTheDevice();
        assertThat(node.record(FS).isReady()).isTrue();
        assertThat(node.devices().find(FS)).isEmpty();
        assertThat(node.reports().status(FS).findings())
                .extracting(Finding::reason)
                .contains("DeviceLost");
    }

    @Test
    void a_deleted_volume_whose_device_is_away_does_not_come_back_with_its_content() {
        startWithoutTheDevice();
        node.provisioning().delete(FS);
        node.restart();
        node.devices().create(FS, request(200));
        node.restart();
        node.awaitErased();
        assertThat(node.store().all()).isEmpty();
        assertThat(node.devices().find(FS)).isEmpty();
    }

    @Test
    void a_device_without_a_record_is_adopted_with_its_content() {
        var blank = node.devices().create(VolumeId.ofName("blank"), request(50));
        var xfs = node.devices().create(VolumeId.ofName("xfs"), request(400));
        node.fileSystems().format(xfs, FsType.XFS);
        node.devices().write(xfs.id(), 4096, new byte[] {42});
        node.restart();
        VolumeRecord adopted = node.record(xfs.id());
        assertThat(adopted.traits().access()).isEqualTo(AccessType.MOUNT);
        assertThat(adopted.traits().fsType()).isEqualTo(FsType.XFS);
        assertThat(adopted.traits().dax()).isEqualTo(DaxPolicy.PREFERRED);
        assertThat(adopted.size()).isEqualTo(ByteSize.mebibytes(400));
        assertThat(adopted.formatted()).isTrue();
        assertThat(node.record(blank.id()).traits().access()).isEqualTo(AccessType.BLOCK);
        node.publishing().stage(Wishes.stage(xfs.id(), AccessType.MOUNT));
        assertThat(node.faults().count("fileSystems.format")).isZero();
        assertThat(node.devices().read(xfs.id(), 4096, 1)).containsExactly(42);
    }

    @Test
    void an_adopted_volume_is_given_to_nobody_by_its_name() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.store().remove(FS);
        node.restart();
        assertThat(node.record(FS).name()).isEmpty();
        Failures.assertFails(
                FailureKind.EXISTS_DIFFERENTLY, () -> node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount()));
        node.provisioning().delete(FS);
    }

    @Test
    void a_volume_whose_device_is_held_stays_when_its_deletion_is_refused() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        try (var _ = node.devices().hold(FS)) {
            Failures.assertFails(FailureKind.IN_USE, () -> node.provisioning().delete(FS));
        }
        assertThat(node.record(FS).isReady()).isTrue();
        node.provisioning().delete(FS);
    }

    @Test
    void where_devices_have_dax_an_adopted_volume_requires_it() {
        var dax = new DeviceTraits("pmem", true, true, false, Optional.empty());
        try (TestNode pmem = TestNode.start(TestNode.Setup.DEFAULT.withTraits(dax))) {
            pmem.devices().create(FS, request(50));
            pmem.restart();
            assertThat(pmem.record(FS).traits().dax()).isEqualTo(DaxPolicy.REQUIRED);
        }
    }

    @Test
    void a_device_that_was_made_for_files_is_adopted_as_such_and_can_be_mounted() {
        var dax = new DeviceTraits("pmem", true, true, false, Optional.empty());
        try (TestNode pmem = TestNode.start(TestNode.Setup.DEFAULT.withTraits(dax))) {
            Device sectors =
                    pmem.devices().create(FS, new DeviceRequest(Wishes.atLeast(50), ByteSize.ZERO, Usage.FILE_IO));
            pmem.fileSystems().format(sectors, FsType.EXT4);
            pmem.restart();
            assertThat(pmem.record(FS).traits().usage()).isEqualTo(Usage.FILE_IO);
            assertThat(pmem.record(FS).traits().dax()).isEqualTo(DaxPolicy.NEVER);
            pmem.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
        }
    }

    @Test
    void one_volume_that_cannot_be_repaired_does_not_stop_the_others() {
        publishedVolume();
        node.store()
                .save(node.record(FS)
                        .published(new Publication(Path.of("/elsewhere/p"), false, AccessMode.SINGLE_NODE_WRITER)));
        VolumeRecord before = node.record(FS);
        node.devices().create(RAW, request(50));
        node.restart();
        assertThat(node.record(FS)).isEqualTo(before);
        assertThat(node.record(RAW).isReady()).isTrue();
    }
}
