// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.TestNode.publication;
import static io.pmemcsi.driver.volume.TestNode.staging;
import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublishingTest {
    private static final VolumeId FS = VolumeId.ofName("fs");
    private static final VolumeId RAW = VolumeId.ofName("raw");
    private static final VolumeId UNKNOWN = VolumeId.ofName("unknown");

    private final TestNode node = TestNode.start();

    @BeforeEach
    void provision() {
        node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
        node.provisioning().provision("raw", Wishes.SIZE, Wishes.block());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void stage() {
        node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
    }

    private void stageRaw() {
        node.publishing().stage(Wishes.stage(RAW, AccessType.BLOCK));
    }

    private void publish(Publication publication) {
        node.publishing().publish(Wishes.publish(FS, AccessType.MOUNT, publication));
    }

    private void publishRaw(Publication publication) {
        node.publishing().publish(Wishes.publish(RAW, AccessType.BLOCK, publication));
    }

    private Optional<String> mountedAt(Path path) {
        return node.mounter().find(path).map(Mounted::type);
    }

    /** Mounts something at {@code path} that no volume knows. */
    private void occupy(Path path) {
        var device = node.devices().find(RAW).orElseThrow();
        node.mounter().bindBlock(device, path, false);
    }

    @Test
    void staging_formats_mounts_and_records() {
        stage();
        assertThat(mountedAt(staging("s"))).contains("ext4");
        assertThat(node.record(FS).formatted()).isTrue();
        assertThat(node.record(FS).staging()).contains(staging("s"));
        assertThat(node.record(FS).daxActive()).contains(false);
    }

    @Test
    void the_file_system_asked_for_is_made() {
        node.provisioning().provision("x", Wishes.atLeast(400), Wishes.mount(FsType.XFS));
        node.publishing()
                .stage(new StageRequest(
                        VolumeId.ofName("x"),
                        staging("x"),
                        AccessType.MOUNT,
                        Optional.of(FsType.XFS),
                        MountFlags.NONE));
        assertThat(mountedAt(staging("x"))).contains("xfs");
    }

    @Test
    void staging_again_does_nothing() {
        stage();
        stage();
        assertThat(node.faults().count("fileSystems.format")).isEqualTo(1);
        assertThat(node.faults().count("mounter.mount")).isEqualTo(1);
        stageRaw();
        stageRaw();
        assertThat(node.record(RAW).staging()).contains(staging("raw"));
    }

    @Test
    void a_volume_is_formatted_once_in_its_life() {
        stage();
        node.publishing().unstage(FS, staging("s"));
        stage();
        assertThat(node.faults().count("fileSystems.format")).isEqualTo(1);
        assertThat(node.faults().count("mounter.mount")).isEqualTo(2);
    }

    @Test
    void a_format_that_was_not_completed_is_repeated() {
        node.faults().failOnce("fileSystems.format");
        assertFails(FailureKind.BACKEND_FAULT, this::stage);
        assertThat(node.record(FS).formatted()).isFalse();
        assertThat(node.record(FS).staging()).isEmpty();
        stage();
        assertThat(node.record(FS).formatted()).isTrue();
    }

    @Test
    void a_volume_that_was_formatted_is_never_formatted_again_whatever_is_found() {
        node.store().save(node.record(FS).asFormatted());
        assertFails(FailureKind.BACKEND_FAULT, this::stage).contains("ext4");
        assertThat(node.faults().count("fileSystems.format")).isZero();
        assertThat(node.record(FS).formatted()).isTrue();
    }

    @Test
    void content_that_is_found_before_the_first_format_is_replaced() {
        node.fileSystems().format(node.devices().find(FS).orElseThrow(), FsType.EXT4);
        stage();
        assertThat(node.faults().count("fileSystems.format")).isEqualTo(1);
    }

    @Test
    void staging_at_a_second_path_is_refused() {
        stage();
        StageRequest elsewhere =
                new StageRequest(FS, staging("t"), AccessType.MOUNT, Optional.empty(), MountFlags.NONE);
        assertFails(FailureKind.IN_USE, () -> node.publishing().stage(elsewhere))
                .contains(staging("s").toString(), staging("t").toString());
        assertThat(mountedAt(staging("t"))).isEmpty();
    }

    @Test
    void a_staging_path_that_holds_something_else_is_refused() {
        occupy(staging("s"));
        assertFails(FailureKind.IN_USE, this::stage).contains("staging_target_path");
        assertThat(node.record(FS).staging()).isEmpty();
    }

    @Test
    void the_access_type_and_file_system_of_a_volume_are_fixed() {
        assertFails(FailureKind.UNSUPPORTED, () -> node.publishing().stage(Wishes.stage(FS, AccessType.BLOCK)))
                .contains("MOUNT", "BLOCK");
        assertFails(FailureKind.UNSUPPORTED, () -> node.publishing().stage(Wishes.stage(RAW, AccessType.MOUNT)));
        assertFails(
                        FailureKind.UNSUPPORTED,
                        () -> node.publishing()
                                .stage(new StageRequest(
                                        FS, staging("s"), AccessType.MOUNT, Optional.of(FsType.XFS), MountFlags.NONE)))
                .contains("xfs", "ext4");
        stage();
        stageRaw();
        assertFails(
                FailureKind.UNSUPPORTED,
                () -> node.publishing().publish(Wishes.publish(FS, AccessType.BLOCK, publication("p"))));
        assertFails(
                FailureKind.UNSUPPORTED,
                () -> node.publishing().publish(Wishes.publish(RAW, AccessType.MOUNT, publication("p"))));
    }

    @Test
    void a_mount_that_fails_is_not_recorded() {
        node.faults().failOnce("mounter.mount");
        assertFails(FailureKind.BACKEND_FAULT, this::stage);
        assertThat(node.record(FS).isUsed()).isFalse();
        assertThat(mountedAt(staging("s"))).isEmpty();
        stage();
    }

    @Test
    void a_failure_to_forget_does_not_hide_the_first_failure() {
        node.faults().arm(call -> {
            if (call.equals("mounter.mount")) {
                node.faults().fail("store.save");
                throw Faults.injected(call);
            }
        });
        assertThat(catchThrowable(this::stage))
                .hasMessageContaining("mounter.mount")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        node.faults().disarm();
        stage();
    }

    @Test
    void dax_that_is_required_and_absent_fails_the_staging() {
        var claimsDax = new DeviceTraits("claims", true, true, false, Optional.empty());
        try (TestNode other = TestNode.start(TestNode.Setup.DEFAULT.withTraits(claimsDax))) {
            other.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            other.publishing().stage(Wishes.stage(FS, AccessType.MOUNT));
            assertThat(other.record(FS).traits().dax()).isEqualTo(DaxPolicy.REQUIRED);
            assertThat(other.record(FS).daxActive()).contains(true);
        }
        node.store()
                .save(new VolumeRecord(
                        FS,
                        Optional.empty(),
                        node.record(FS).lifecycle(),
                        node.record(FS).state(),
                        TraitsRules.traits(Wishes.mount(Map.of("daxPolicy", "required")), claimsDax),
                        Wishes.SIZE.required(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        0,
                        TestNode.CLOCK.instant()));
        assertFails(FailureKind.NOT_READY, this::stage).contains("DAX");
        assertThat(node.record(FS).isUsed()).isFalse();
    }

    @Test
    void unstaging_unmounts_and_may_be_repeated() {
        stage();
        node.publishing().unstage(FS, staging("elsewhere"));
        assertThat(mountedAt(staging("s"))).isPresent();
        node.publishing().unstage(FS, staging("s"));
        assertThat(mountedAt(staging("s"))).isEmpty();
        assertThat(node.record(FS).isUsed()).isFalse();
        node.publishing().unstage(FS, staging("s"));
        node.publishing().unstage(UNKNOWN, staging("s"));
    }

    @Test
    void a_published_or_held_volume_is_not_unstaged() {
        stage();
        publish(publication("p"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unstage(FS, staging("s")))
                .contains(target("p").toString());
        node.publishing().unpublish(FS, target("p"));
        node.mounter().hold(staging("s"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unstage(FS, staging("s")));
        assertThat(node.record(FS).staging()).isPresent();
        node.mounter().release(staging("s"));
        node.publishing().unstage(FS, staging("s"));
    }

    @Test
    void publishing_shows_the_volume_and_may_be_repeated() {
        stage();
        publish(publication("p"));
        publish(publication("p"));
        assertThat(mountedAt(target("p"))).contains("ext4");
        assertThat(node.record(FS).publications()).containsExactly(publication("p"));
        assertThat(node.faults().count("mounter.bind")).isEqualTo(1);
        stageRaw();
        publishRaw(publication("q"));
        publishRaw(publication("q"));
        assertThat(mountedAt(target("q"))).contains("block");
    }

    @Test
    void publishing_needs_the_staging_path() {
        assertFails(FailureKind.IN_USE, () -> publish(publication("p"))).contains("not staged at");
        StageRequest elsewhere =
                new StageRequest(FS, staging("t"), AccessType.MOUNT, Optional.empty(), MountFlags.NONE);
        node.publishing().stage(elsewhere);
        assertFails(FailureKind.IN_USE, () -> publish(publication("p"))).contains("but at " + staging("t"));
    }

    @ParameterizedTest(name = "flag {0}, read-only {1}")
    @CsvSource({"true, false", "false, true", "true, true"})
    void read_only_publications_refuse_writes(boolean flag, boolean readOnly) {
        stage();
        Publication wanted = new Publication(target("p"), readOnly, AccessMode.SINGLE_NODE_WRITER);
        MountFlags flags = flag ? MountFlags.parse(List.of("ro")) : MountFlags.NONE;
        node.publishing()
                .publish(new PublishRequest(FS, staging("s"), AccessType.MOUNT, Optional.empty(), flags, wanted));
        assertThat(node.mounter().find(target("p")).orElseThrow().readOnly()).isTrue();
    }

    @Test
    void a_publication_that_differs_from_the_one_at_its_target_is_refused() {
        stage();
        publish(publication("p"));
        assertFails(
                        FailureKind.EXISTS_DIFFERENTLY,
                        () -> publish(new Publication(target("p"), true, AccessMode.SINGLE_NODE_WRITER)))
                .contains("writable", "read-only");
        assertFails(
                FailureKind.EXISTS_DIFFERENTLY,
                () -> publish(new Publication(target("p"), false, AccessMode.SINGLE_NODE_MULTI_WRITER)));
    }

    @ParameterizedTest(name = "{0}, then {1}: refused {2}")
    @CsvSource({
        "SINGLE_NODE_SINGLE_WRITER, SINGLE_NODE_SINGLE_WRITER, true",
        "SINGLE_NODE_SINGLE_WRITER, SINGLE_NODE_WRITER, true",
        "SINGLE_NODE_WRITER, SINGLE_NODE_SINGLE_WRITER, true",
        "SINGLE_NODE_MULTI_WRITER, SINGLE_NODE_SINGLE_WRITER, true",
        "SINGLE_NODE_MULTI_WRITER, SINGLE_NODE_MULTI_WRITER, false",
        "SINGLE_NODE_WRITER, SINGLE_NODE_WRITER, false"
    })
    void a_single_writer_is_alone(AccessMode first, AccessMode second, boolean refused) {
        stage();
        publish(new Publication(target("p"), false, first));
        publish(new Publication(target("p"), false, first));
        Publication other = new Publication(target("q"), false, second);
        if (refused) {
            assertFails(FailureKind.UNSUPPORTED, () -> publish(other)).contains("SINGLE_NODE_SINGLE_WRITER");
            assertThat(mountedAt(target("q"))).isEmpty();
            node.publishing().unpublish(FS, target("p"));
        }
        publish(other);
        assertThat(mountedAt(target("q"))).isPresent();
    }

    @Test
    void a_target_that_holds_something_else_is_refused_both_ways() {
        stage();
        occupy(target("p"));
        assertFails(FailureKind.IN_USE, () -> publish(publication("p"))).contains("target_path");
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(FS, target("p")));
        assertThat(mountedAt(target("p"))).contains("block");
        assertThat(node.record(FS).publications()).isEmpty();
    }

    @Test
    void a_publication_that_fails_is_not_recorded() {
        stage();
        node.faults().failOnce("mounter.bind");
        assertFails(FailureKind.BACKEND_FAULT, () -> publish(publication("p")));
        assertThat(node.record(FS).publications()).isEmpty();
        publish(publication("p"));
        stageRaw();
        node.faults().failOnce("mounter.bindBlock");
        assertFails(FailureKind.BACKEND_FAULT, () -> publishRaw(publication("q")));
        assertThat(node.record(RAW).publications()).isEmpty();
        publishRaw(publication("q"));
    }

    @Test
    void unpublishing_takes_the_volume_away_and_may_be_repeated() {
        stage();
        publish(publication("p"));
        publish(publication("q"));
        node.publishing().unpublish(FS, target("p"));
        assertThat(mountedAt(target("p"))).isEmpty();
        assertThat(node.record(FS).publications()).containsExactly(publication("q"));
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unpublish(UNKNOWN, target("p"));
    }

    @Test
    void a_held_publication_stays() {
        stage();
        publish(publication("p"));
        node.mounter().hold(target("p"));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(FS, target("p")));
        assertThat(node.record(FS).publications()).hasSize(1);
        node.mounter().release(target("p"));
        node.publishing().unpublish(FS, target("p"));
    }

    @Test
    void unknown_volumes_are_not_found() {
        assertFails(FailureKind.NOT_FOUND, () -> node.publishing().stage(Wishes.stage(UNKNOWN, AccessType.MOUNT)))
                .contains(UNKNOWN.value());
        assertFails(
                FailureKind.NOT_FOUND,
                () -> node.publishing().publish(Wishes.publish(UNKNOWN, AccessType.MOUNT, publication("p"))));
        assertFails(
                FailureKind.NOT_FOUND, () -> node.publishing().growFileSystem(UNKNOWN, staging("s"), SizeRange.ANY));
    }

    @Test
    void a_volume_that_lost_its_device_is_neither_staged_nor_made_anew() {
        node.devices().quarantine(FS);
        node.devices().remove(FS);
        assertFails(FailureKind.BACKEND_FAULT, this::stage).contains("gone");
        assertThat(node.devices().find(FS)).isEmpty();
        assertThat(node.record(FS).isReady()).isTrue();
    }

    @Test
    void an_inline_volume_cannot_be_reached_by_its_derived_id() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "p"));
        VolumeId derived = VolumeId.ofInlineHandle("csi-1");
        assertFails(FailureKind.NOT_FOUND, () -> node.publishing().stage(Wishes.stage(derived, AccessType.MOUNT)));
        assertFails(
                FailureKind.NOT_FOUND,
                () -> node.publishing().publish(Wishes.publish(derived, AccessType.MOUNT, publication("q"))));
        assertFails(FailureKind.IN_USE, () -> node.publishing().unpublish(derived, target("p")));
        assertFails(FailureKind.NOT_FOUND, () -> node.publishing().growFileSystem(derived, target("p"), SizeRange.ANY));
        node.publishing().unstage(derived, target("p"));
        assertThat(node.record(derived).publications()).hasSize(1);
        assertThat(mountedAt(target("p"))).isPresent();
    }

    /** Part of its memory may be missing: pods and claims still have to go. */
    @Test
    void what_is_mounted_from_a_device_that_cannot_be_used_is_still_taken_down() {
        stage();
        publish(publication("p"));
        node.faults().fail("devices.find");
        node.publishing().unpublish(FS, target("p"));
        node.publishing().unstage(FS, staging("s"));
        assertThat(mountedAt(target("p"))).isEmpty();
        assertThat(mountedAt(staging("s"))).isEmpty();
        assertThat(node.record(FS).isUsed()).isFalse();
        node.provisioning().delete(FS);
        node.awaitErased();
    }

    @Test
    void a_file_system_grows_with_its_device() {
        stage();
        node.provisioning().expand(FS, Wishes.atLeast(200));
        node.publishing().growFileSystem(FS, staging("s"), SizeRange.ANY);
        assertThat(node.mounter().usage(staging("s")).total()).isEqualTo(ByteSize.mebibytes(200));
        publish(publication("p"));
        node.publishing().growFileSystem(FS, target("p"), Wishes.atLeast(300));
        assertThat(node.mounter().usage(staging("s")).total()).isEqualTo(ByteSize.mebibytes(300));
        assertThat(node.record(FS).size()).isEqualTo(ByteSize.mebibytes(300));
    }

    /** After another failure the kubelet would not start the next pod. */
    @Test
    void growing_beyond_the_space_is_a_state_of_the_node() {
        stage();
        node.provisioning().provision("other", Wishes.atLeast(600), Wishes.mount());
        for (long much : new long[] {800, 4000}) {
            assertFails(
                    FailureKind.NOT_READY,
                    () -> node.publishing().growFileSystem(FS, staging("s"), Wishes.atLeast(much)));
        }
        assertFails(
                        FailureKind.SIZE_UNSUPPORTED,
                        () -> node.publishing().growFileSystem(FS, staging("s"), Wishes.between(50, 60)))
                .contains("limit_bytes 60Mi");
        assertThat(node.record(FS).size()).isEqualTo(ByteSize.mebibytes(100));
    }

    @Test
    void growing_raw_block_touches_no_file_system() {
        stageRaw();
        publishRaw(publication("q"));
        node.publishing().growFileSystem(RAW, target("q"), Wishes.atLeast(200));
        assertThat(node.record(RAW).size()).isEqualTo(ByteSize.mebibytes(200));
        assertThat(node.faults().count("fileSystems.grow")).isZero();
    }

    @Test
    void growing_at_a_path_where_the_volume_is_not_is_refused() {
        stage();
        assertFails(
                        FailureKind.NOT_FOUND,
                        () -> node.publishing().growFileSystem(FS, target("nowhere"), Wishes.atLeast(200)))
                .contains(target("nowhere").toString());
        assertThat(node.record(FS).size()).isEqualTo(ByteSize.mebibytes(100));
    }

    @Test
    void a_mount_outside_the_kubelet_directory_is_refused() {
        Path outside = Path.of("/etc");
        assertFails(
                FailureKind.INVALID_REQUEST,
                () -> node.publishing()
                        .stage(new StageRequest(FS, outside, AccessType.MOUNT, Optional.empty(), MountFlags.NONE)));
        assertThat(node.record(FS).isUsed()).isFalse();
    }
}
