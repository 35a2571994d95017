// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static io.pmemcsi.driver.volume.TestNode.target;
import static io.pmemcsi.driver.volume.Wishes.inlineRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InlineVolumesTest {
    private static final String HANDLE = "csi-0123456789abcdef";
    private static final VolumeId ID = VolumeId.ofInlineHandle(HANDLE);

    private final TestNode node = TestNode.start();

    @AfterEach
    void stop() {
        node.close();
    }

    private void publish(Map<String, String> more) {
        node.inline().publish(inlineRequest(HANDLE, "p", more));
    }

    private void publish() {
        publish(Map.of());
    }

    private void unpublish() {
        node.inline().unpublish(HANDLE, target("p"));
    }

    private void assertNothingIsLeft() {
        node.awaitErased();
        assertThat(node.store().all()).isEmpty();
        assertThat(node.available()).isEqualTo(TestNode.MANAGED);
        assertThat(node.mounter().find(target("p"))).isEmpty();
    }

    @Test
    void publishing_makes_formats_and_mounts() {
        publish();
        VolumeRecord made = node.record(ID);
        assertThat(made.isReady()).isTrue();
        assertThat(made.name()).contains(HANDLE);
        assertThat(made.lifecycle()).isEqualTo(Lifecycle.EPHEMERAL);
        assertThat(made.size()).isEqualTo(ByteSize.mebibytes(100));
        assertThat(made.formatted()).isTrue();
        assertThat(made.daxActive()).contains(false);
        assertThat(made.publications()).containsExactly(TestNode.publication("p"));
        assertThat(node.mounter().find(target("p")).map(Mounted::type)).contains("ext4");
    }

    @Test
    void the_file_system_may_be_chosen() {
        publish(Map.of("csi.storage.k8s.io/fstype", "xfs", "size", "300Mi"));
        assertThat(node.record(ID).traits().fsType()).isEqualTo(FsType.XFS);
        assertThat(node.mounter().find(target("p")).map(Mounted::type)).contains("xfs");
    }

    @Test
    void publishing_again_does_nothing() {
        publish();
        publish();
        assertThat(node.faults().count("devices.create")).isEqualTo(1);
        assertThat(node.faults().count("mounter.mount")).isEqualTo(1);
        assertThat(node.store().all()).hasSize(1);
    }

    @Test
    void a_missing_size_is_named() {
        VolumeWish wish = Wishes.inline(Map.of("usage", "AppDirect"));
        assertFails(
                        FailureKind.INVALID_REQUEST,
                        () -> node.inline()
                                .publish(new InlineRequest(HANDLE, wish, MountFlags.NONE, TestNode.publication("p"))))
                .contains("size", "200Mi");
        assertNothingIsLeft();
    }

    @Test
    void raw_block_is_refused() {
        VolumeWish wish = new VolumeWish(
                AccessType.BLOCK,
                Optional.empty(),
                Wishes.inline(Map.of("size", "1Gi")).parameters());
        assertFails(
                FailureKind.INVALID_REQUEST,
                () -> node.inline()
                        .publish(new InlineRequest(HANDLE, wish, MountFlags.NONE, TestNode.publication("p"))));
    }

    @Test
    void sizes_that_cannot_be_leave_nothing_behind() {
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> publish(Map.of("size", "1Mi")))
                .contains("16Mi");
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> publish(Map.of("size", "2Gi")));
        node.provisioning().provision("big", Wishes.atLeast(1000), Wishes.mount());
        assertFails(FailureKind.OUT_OF_SPACE, () -> publish(Map.of("size", "50Mi")))
                .contains("24Mi");
        assertThat(node.store().find(ID)).isEmpty();
    }

    @Test
    void the_administrator_bounds_the_size() {
        var setup = TestNode.Setup.DEFAULT.withLargestInline(ByteSize.mebibytes(100));
        try (TestNode bounded = TestNode.start(setup)) {
            bounded.inline().publish(inlineRequest("a", "p", Map.of("size", "100Mi")));
            assertFails(
                            FailureKind.SIZE_UNSUPPORTED,
                            () -> bounded.inline().publish(inlineRequest("b", "q", Map.of("size", "101Mi"))))
                    .contains("101Mi", "100Mi", "administrator");
        }
    }

    @Test
    void a_different_request_for_the_same_handle_is_refused() {
        publish();
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> publish(Map.of("size", "200Mi")))
                .contains("100Mi", "200Mi");
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> publish(Map.of("usage", "FileIO")))
                .contains("usage");
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> node.inline().publish(inlineRequest(HANDLE, "q")))
                .contains(target("p").toString(), "second path");
        InlineRequest readOnly = new InlineRequest(
                HANDLE,
                Wishes.inline(Map.of("size", "100Mi")),
                MountFlags.NONE,
                new Publication(target("p"), true, AccessMode.SINGLE_NODE_WRITER));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> node.inline().publish(readOnly));
    }

    @Test
    void a_read_only_volume_is_mounted_read_only() {
        node.inline()
                .publish(new InlineRequest(
                        HANDLE,
                        Wishes.inline(Map.of("size", "100Mi")),
                        MountFlags.NONE,
                        new Publication(target("p"), true, AccessMode.SINGLE_NODE_WRITER)));
        assertThat(node.mounter().find(target("p")).orElseThrow().readOnly()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store.save",
                "devices.create",
                "fileSystems.format",
                "mounter.mount",
                "devices.find",
                "mounter.find",
                "store.find"
            })
    void a_failure_is_undone_completely_and_the_call_can_be_repeated(String call) {
        node.faults().failOnce(call);
        assertFails(FailureKind.BACKEND_FAULT, this::publish).contains(call);
        assertNothingIsLeft();
        publish();
        assertThat(node.record(ID).isReady()).isTrue();
    }

    @Test
    void a_failure_at_any_save_is_undone_completely() {
        for (int save = 1; save <= 4; save++) {
            int fatal = save;
            long before = node.faults().count("store.save");
            node.faults().arm(call -> {
                if (call.equals("store.save") && node.faults().count(call) - before == fatal - 1) {
                    throw Faults.injected(call);
                }
            });
            Throwable failure = catchThrowable(this::publish);
            assertThat(failure).as("at save %s", save).isInstanceOf(StorageException.class);
            node.faults().disarm();
            assertNothingIsLeft();
        }
    }

    private void publishAndFailToUndo(String undoCall) {
        node.faults().arm(call -> {
            if (call.equals("mounter.mount") || call.equals(undoCall)) {
                throw Faults.injected(call);
            }
        });
        assertThat(catchThrowable(this::publish)).hasMessageContaining("mounter.mount");
        node.faults().disarm();
        assertThat(node.record(ID).state()).isEqualTo(VolumeState.CREATING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices.quarantine", "devices.remove", "store.remove"})
    void what_could_not_be_undone_is_undone_by_the_next_publish(String undoCall) {
        publishAndFailToUndo(undoCall);
        publish();
        assertThat(node.record(ID).isReady()).isTrue();
        assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices.quarantine", "devices.remove", "store.remove"})
    void what_could_not_be_undone_is_undone_by_unpublish(String undoCall) {
        publishAndFailToUndo(undoCall);
        unpublish();
        assertNothingIsLeft();
    }

    @Test
    void a_volume_that_stayed_mounted_after_a_failure_is_unmounted_by_the_next_call() {
        node.faults().arm(call -> {
            boolean confirming = call.equals("store.save") && node.faults().count("mounter.mount") == 1;
            if (confirming || call.equals("mounter.unmount")) {
                throw Faults.injected(call);
            }
        });
        assertThat(catchThrowable(this::publish)).isInstanceOf(StorageException.class);
        assertThat(node.mounter().find(target("p"))).isPresent();
        node.faults().disarm();
        unpublish();
        assertNothingIsLeft();
    }

    @Test
    void unpublishing_unmounts_deletes_and_erases() {
        publish();
        node.devices().write(ID, 0, new byte[] {42});
        try (var _ = node.holdEraser()) {
            unpublish();
            assertThat(node.mounter().find(target("p"))).isEmpty();
            assertThat(node.devices().find(ID)).isEmpty();
            assertThat(node.devices().holdsData(ID)).isTrue();
            assertFails(FailureKind.BUSY, this::publish).contains("erased");
            unpublish();
        }
        assertNothingIsLeft();
        assertThat(node.eraserFaults().count("devices.zero")).isPositive();
        unpublish();
    }

    @Test
    void unpublishing_what_is_not_there_does_nothing() {
        node.inline().unpublish("never-seen", target("p"));
        publish();
        node.inline().unpublish(HANDLE, target("q"));
        assertThat(node.record(ID).isReady()).isTrue();
    }

    @Test
    void a_held_volume_stays() {
        publish();
        node.mounter().hold(target("p"));
        assertFails(FailureKind.IN_USE, this::unpublish);
        assertThat(node.record(ID).isReady()).isTrue();
        node.mounter().release(target("p"));
        unpublish();
        assertNothingIsLeft();
    }

    @Test
    void a_target_that_holds_something_else_is_refused_both_ways() {
        node.provisioning().provision("raw", Wishes.SIZE, Wishes.block());
        node.mounter().bindBlock(node.devices().find(VolumeId.ofName("raw")).orElseThrow(), target("p"), false);
        assertFails(FailureKind.IN_USE, this::publish).contains("target_path");
        assertFails(FailureKind.IN_USE, this::unpublish);
        assertThat(node.store().find(ID)).isEmpty();
        assertThat(node.mounter().find(target("p"))).isPresent();
    }

    @Test
    void changes_are_refused_while_another_call_works_on_the_volume() {
        try (var _ = node.leases().take(ID)) {
            assertFails(FailureKind.BUSY, this::publish);
            assertFails(FailureKind.BUSY, this::unpublish);
        }
        publish();
    }

    @Test
    void after_a_reboot_the_same_publish_mounts_the_volume_again_with_its_content() {
        publish();
        node.devices().write(ID, 0, new byte[] {42});
        node.reboot();
        assertThat(node.mounter().find(target("p"))).isEmpty();
        publish();
        assertThat(node.mounter().find(target("p"))).isPresent();
        assertThat(node.devices().read(ID, 0, 1)).containsExactly(42);
        assertThat(node.record(ID).publications()).containsExactly(TestNode.publication("p"));
    }

    @Test
    void a_device_without_a_record_is_not_taken_over() {
        node.devices().create(ID, new DeviceRequest(Wishes.SIZE, ByteSize.ZERO, Usage.APP_DIRECT));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, this::publish).contains("without a record");
        assertThat(node.devices().find(ID)).isPresent();
    }

    @Test
    void the_two_kinds_of_volumes_never_meet() {
        publish();
        node.provisioning().provision(HANDLE, Wishes.SIZE, Wishes.mount());
        assertThat(node.store().all()).hasSize(2).extracting(VolumeRecord::name).containsOnly(Optional.of(HANDLE));
        unpublish();
        node.awaitErased();
        assertThat(node.store().all()).extracting(VolumeRecord::id).isEqualTo(List.of(VolumeId.ofName(HANDLE)));
    }
}
