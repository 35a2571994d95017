// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.Wishes.SIZE;
import static io.pmemcsi.driver.volume.Wishes.atLeast;
import static io.pmemcsi.driver.volume.Wishes.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeTraits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProvisioningTest {
    private static final String NAME = "pvc-1";
    private static final VolumeId ID = VolumeId.ofName(NAME);

    private final TestNode node = TestNode.start();

    @AfterEach
    void stop() {
        node.close();
    }

    private VolumeRecord provision() {
        return node.provisioning().provision(NAME, SIZE, Wishes.mount());
    }

    @Test
    void makes_a_volume_and_records_it() {
        VolumeRecord made = provision();
        VolumeRecord expected = new VolumeRecord(
                ID,
                Optional.of(NAME),
                Lifecycle.PERSISTENT,
                VolumeState.READY,
                new VolumeTraits(AccessType.MOUNT, FsType.EXT4, Usage.APP_DIRECT, DaxPolicy.PREFERRED, true),
                ByteSize.mebibytes(100),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0,
                TestNode.CLOCK.instant());
        assertThat(made).isEqualTo(expected);
        assertThat(node.store().all()).containsExactly(expected);
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
    }

    @Test
    void the_same_request_again_returns_the_same_volume() {
        assertThat(provision()).isEqualTo(provision());
        assertThat(node.faults().count("devices.create")).isEqualTo(1);
    }

    @Test
    void a_range_that_holds_the_existing_size_means_the_same_volume() {
        VolumeRecord made = provision();
        assertThat(node.provisioning().provision(NAME, between(50, 150), Wishes.mount()))
                .isEqualTo(made);
        assertThat(node.provisioning().provision(NAME, SizeRange.ANY, Wishes.mount()))
                .isEqualTo(made);
    }

    static Stream<Arguments> differences() {
        return Stream.of(
                Arguments.of(atLeast(101), Wishes.mount(), "its size is 100Mi, asked is at least 101Mi"),
                Arguments.of(between(20, 99), Wishes.mount(), "its size is 100Mi, asked is from 20Mi to 99Mi"),
                Arguments.of(SIZE, Wishes.block(), "its access type is MOUNT, asked is BLOCK"),
                Arguments.of(SIZE, Wishes.mount(Map.of("usage", "FileIO")), "its usage is AppDirect, asked is FileIO"),
                Arguments.of(
                        SIZE, Wishes.mount(Map.of("daxPolicy", "never")), "its daxPolicy is preferred, asked is never"),
                Arguments.of(
                        SIZE, Wishes.mount(Map.of("eraseafter", "false")), "its eraseafter is true, asked is false"));
    }

    @ParameterizedTest
    @MethodSource("differences")
    void a_different_request_under_the_same_name_is_refused_naming_the_difference(
            SizeRange size, VolumeWish wish, String difference) {
        VolumeRecord made = provision();
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> node.provisioning().provision(NAME, size, wish))
                .contains(NAME, difference);
        assertThat(node.store().all()).containsExactly(made);
    }

    @Test
    void another_file_system_under_the_same_name_is_refused() {
        node.provisioning().provision(NAME, atLeast(400), Wishes.mount(FsType.XFS));
        assertFails(
                        FailureKind.EXISTS_DIFFERENTLY,
                        () -> node.provisioning().provision(NAME, atLeast(400), Wishes.mount(FsType.EXT4)))
                .contains("its fs_type is xfs, asked is ext4");
    }

    @Test
    void all_differences_are_named_at_once() {
        provision();
        assertFails(
                        FailureKind.EXISTS_DIFFERENTLY,
                        () -> node.provisioning().provision(NAME, atLeast(200), Wishes.block()))
                .contains("size", "; ", "access type");
    }

    @ParameterizedTest
    @CsvSource({"EXT4, 15, 16Mi", "XFS, 299, 300Mi", "EXT4, 1, 16Mi"})
    void a_size_below_the_minimum_of_the_file_system_is_refused(FsType type, long mebibytes, String minimum) {
        assertFails(
                        FailureKind.SIZE_UNSUPPORTED,
                        () -> node.provisioning().provision(NAME, atLeast(mebibytes), Wishes.mount(type)))
                .contains(mebibytes + "Mi", minimum, type.kernelName());
        assertThat(node.store().all()).isEmpty();
    }

    @Test
    void a_limit_below_the_minimum_of_the_file_system_is_refused() {
        assertFails(
                        FailureKind.SIZE_UNSUPPORTED,
                        () -> node.provisioning().provision(NAME, between(0, 15), Wishes.mount()))
                .contains("15Mi", "16Mi");
        assertThat(node.provisioning()
                        .provision(NAME, between(0, 15), Wishes.block())
                        .size())
                .isEqualTo(ByteSize.mebibytes(1));
    }

    @Test
    void without_a_size_a_volume_gets_the_smallest_that_works() {
        assertThat(node.provisioning()
                        .provision("e", SizeRange.ANY, Wishes.mount(FsType.EXT4))
                        .size())
                .isEqualTo(ByteSize.mebibytes(16));
        assertThat(node.provisioning()
                        .provision("x", SizeRange.ANY, Wishes.mount(FsType.XFS))
                        .size())
                .isEqualTo(ByteSize.mebibytes(300));
        assertThat(node.provisioning()
                        .provision("b", SizeRange.ANY, Wishes.block())
                        .size())
                .isEqualTo(ByteSize.mebibytes(1));
    }

    @Test
    void a_size_is_rounded_up_but_never_above_the_limit() {
        SizeRange odd = SizeRange.atLeast(ByteSize.of((50L << 20) + 1));
        assertThat(node.provisioning().provision("a", odd, Wishes.mount()).size())
                .isEqualTo(ByteSize.mebibytes(51));
        SizeRange tight = new SizeRange(odd.required(), Optional.of(ByteSize.of((50L << 20) + 2)));
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> node.provisioning().provision("b", tight, Wishes.mount()));
        assertThat(node.store().all()).hasSize(1);
    }

    @Test
    void more_than_there_is_leaves_nothing_behind() {
        provision();
        assertFails(FailureKind.OUT_OF_SPACE, () -> node.provisioning().provision("b", atLeast(925), Wishes.mount()))
                .contains("924Mi");
        assertFails(
                FailureKind.SIZE_UNSUPPORTED, () -> node.provisioning().provision("c", atLeast(1025), Wishes.mount()));
        assertThat(node.store().all()).hasSize(1);
        assertThat(node.provisioning()
                        .provision("b", atLeast(924), Wishes.mount())
                        .size())
                .isEqualTo(ByteSize.mebibytes(924));
        assertThat(node.available()).isEqualTo(ByteSize.ZERO);
    }

    @Test
    void every_change_is_refused_while_another_call_works_on_the_volume() {
        provision();
        try (var _ = node.leases().take(ID)) {
            assertFails(FailureKind.BUSY, this::provision).contains(ID.value());
            assertFails(FailureKind.BUSY, () -> node.provisioning().delete(ID));
            assertFails(FailureKind.BUSY, () -> node.provisioning().expand(ID, atLeast(200)));
            assertFails(FailureKind.BUSY, () -> node.publishing().stage(Wishes.stage(ID, AccessType.MOUNT)));
            assertFails(FailureKind.BUSY, () -> node.publishing().unstage(ID, TestNode.staging("s")));
            assertFails(
                    FailureKind.BUSY,
                    () -> node.publishing().publish(Wishes.publish(ID, AccessType.MOUNT, TestNode.publication("p"))));
            assertFails(FailureKind.BUSY, () -> node.publishing().unpublish(ID, TestNode.target("p")));
            assertFails(
                    FailureKind.BUSY, () -> node.publishing().growFileSystem(ID, TestNode.staging("s"), SizeRange.ANY));
            assertThat(node.provisioning()
                            .provision("other", SIZE, Wishes.mount())
                            .isReady())
                    .isTrue();
        }
        assertThat(provision().isReady()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices.create", "store.save"})
    void a_failure_while_making_leaves_nothing_and_the_call_can_be_repeated(String call) {
        node.faults().failOnce(call);
        assertFails(FailureKind.BACKEND_FAULT, this::provision).contains(call);
        assertThat(node.store().all()).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
        assertThat(provision().isReady()).isTrue();
    }

    @Test
    void a_failure_that_cannot_be_undone_at_once_is_undone_by_the_next_call() {
        node.faults().arm(call -> {
            if (List.of("devices.create", "devices.quarantine").contains(call)) {
                throw Faults.injected(call);
            }
        });
        assertThat(catchThrowable(this::provision))
                .hasMessageContaining("devices.create")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(node.record(ID).state()).isEqualTo(VolumeState.CREATING);
        node.faults().disarm();
        assertThat(provision().isReady()).isTrue();
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
    }

    private void leaveHalfMade(ByteSize size) {
        VolumeTraits traits = TraitsRules.traits(Wishes.mount(), node.devices().traits());
        node.store().save(VolumeRecord.creating(ID, NAME, Lifecycle.PERSISTENT, traits, TestNode.CLOCK.instant()));
        node.devices().create(ID, new DeviceRequest(SizeRange.atLeast(size), ByteSize.ZERO, Usage.APP_DIRECT));
    }

    @Test
    void a_half_made_volume_of_another_size_is_made_anew() {
        leaveHalfMade(ByteSize.mebibytes(500));
        assertThat(provision().size()).isEqualTo(ByteSize.mebibytes(100));
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
    }

    @Test
    void a_half_made_volume_does_not_exist_for_callers_and_can_be_deleted() {
        leaveHalfMade(ByteSize.mebibytes(100));
        assertFails(FailureKind.NOT_FOUND, () -> node.provisioning().expand(ID, atLeast(200)));
        assertFails(FailureKind.NOT_FOUND, () -> node.reports().status(ID));
        assertThat(node.reports().list(Optional.empty(), 0).volumes()).isEmpty();
        node.provisioning().delete(ID);
        assertThat(node.store().all()).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
    }

    @Test
    void deleting_gives_the_space_back_after_erasing() {
        provision();
        node.devices().write(ID, 4096, new byte[] {1, 2, 3});
        node.provisioning().delete(ID);
        node.awaitErased();
        assertThat(node.store().all()).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
        node.provisioning().delete(ID);
    }

    @Test
    void a_deleted_volume_is_gone_at_once_but_its_name_and_space_only_after_erasing() {
        provision();
        try (var _ = node.holdEraser()) {
            node.provisioning().delete(ID);
            node.provisioning().delete(ID);
            assertFails(FailureKind.BUSY, this::provision).contains(ID.value(), "erased");
            assertFails(FailureKind.NOT_FOUND, () -> node.publishing().stage(Wishes.stage(ID, AccessType.MOUNT)));
            assertFails(FailureKind.NOT_FOUND, () -> node.reports().status(ID));
            assertThat(node.devices().find(ID)).isEmpty();
            assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
            assertThat(node.eraser().backlog()).isEqualTo(ByteSize.mebibytes(100));
        }
        node.awaitErased();
        assertThat(provision().formatted()).isFalse();
        assertThat(node.eraser().backlog()).isEqualTo(ByteSize.ZERO);
    }

    @Test
    void a_staged_volume_is_not_deleted() {
        provision();
        node.publishing().stage(Wishes.stage(ID, AccessType.MOUNT));
        assertFails(FailureKind.IN_USE, () -> node.provisioning().delete(ID))
                .contains("staged at " + TestNode.staging("s"));
        node.publishing().publish(Wishes.publish(ID, AccessType.MOUNT, TestNode.publication("p")));
        assertFails(FailureKind.IN_USE, () -> node.provisioning().delete(ID))
                .contains("published at " + TestNode.target("p"));
        assertThat(node.record(ID).isReady()).isTrue();
    }

    @Test
    void a_volume_whose_device_is_held_is_not_deleted() {
        provision();
        try (var _ = node.devices().hold(ID)) {
            assertFails(FailureKind.IN_USE, () -> node.provisioning().delete(ID));
            assertThat(node.record(ID).isReady()).isTrue();
        }
        node.provisioning().delete(ID);
        node.awaitErased();
    }

    @Test
    void an_inline_volume_is_not_deleted_by_any_of_its_names() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "p"));
        assertFails(FailureKind.IN_USE, () -> node.provisioning().delete(VolumeId.ofInlineHandle("csi-1")))
                .contains("an inline volume ends with its pod");
    }

    @Test
    void a_volume_grows_and_never_shrinks() {
        provision();
        assertThat(node.provisioning().expand(ID, atLeast(200)).size()).isEqualTo(ByteSize.mebibytes(200));
        assertThat(node.provisioning().expand(ID, atLeast(150)).size()).isEqualTo(ByteSize.mebibytes(200));
        assertThat(node.provisioning().expand(ID, atLeast(200)).size()).isEqualTo(ByteSize.mebibytes(200));
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> node.provisioning().expand(ID, between(100, 199)))
                .contains("199Mi", "200Mi", "never shrink");
        assertThat(node.record(ID).size()).isEqualTo(ByteSize.mebibytes(200));
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(824));
    }

    @Test
    void growing_beyond_the_space_changes_nothing() {
        provision();
        node.provisioning().provision("b", atLeast(900), Wishes.mount());
        assertFails(FailureKind.OUT_OF_SPACE, () -> node.provisioning().expand(ID, atLeast(200)));
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> node.provisioning().expand(ID, atLeast(2000)));
        assertFails(FailureKind.NOT_FOUND, () -> node.provisioning().expand(VolumeId.ofName("no"), atLeast(2)));
        assertThat(node.record(ID).size()).isEqualTo(ByteSize.mebibytes(100));
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(24));
    }

    @Test
    void growing_that_was_not_recorded_is_recorded_by_the_next_call() {
        provision();
        node.faults().failOnce("store.save");
        assertFails(FailureKind.BACKEND_FAULT, () -> node.provisioning().expand(ID, atLeast(200)));
        assertThat(node.provisioning().expand(ID, atLeast(200)).size()).isEqualTo(ByteSize.mebibytes(200));
    }

    @Test
    void a_mode_that_cannot_grow_says_so() {
        var fixed = new DeviceTraits("fixed", false, false, false, Optional.empty());
        try (TestNode other = TestNode.start(TestNode.Setup.DEFAULT.withTraits(fixed))) {
            other.provisioning().provision(NAME, SIZE, Wishes.mount());
            assertFails(FailureKind.UNSUPPORTED, () -> other.provisioning().expand(ID, atLeast(200)))
                    .contains("fixed");
        }
    }

    @Test
    void an_inline_volume_is_not_grown_by_its_derived_id() {
        node.inline().publish(Wishes.inlineRequest("csi-1", "p"));
        VolumeId derived = VolumeId.ofInlineHandle("csi-1");
        assertFails(FailureKind.NOT_FOUND, () -> node.provisioning().expand(derived, atLeast(500)));
        assertThat(node.record(derived).size()).isEqualTo(ByteSize.mebibytes(100));
    }

    @Test
    void a_volume_that_lost_its_device_is_not_grown() {
        provision();
        node.devices().quarantine(ID);
        node.devices().remove(ID);
        assertFails(FailureKind.BACKEND_FAULT, () -> node.provisioning().expand(ID, atLeast(200)))
                .contains("gone");
    }
}
