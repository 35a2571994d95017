// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceManagerContract;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract, and what only namespaces can get into, on persistent memory that is imagined. */
final class DirectDeviceManagerTest extends DeviceManagerContract {
    private static final byte[] DATA = "data of a user".getBytes(StandardCharsets.UTF_8);

    private ImaginedMedium medium = new ImaginedMedium();

    @Override
    protected DeviceManager start(ByteSize managed) {
        medium = new ImaginedMedium().region("region0", managed);
        return recovered();
    }

    @Override
    protected DeviceManager restart() {
        return new DirectDeviceManager(medium);
    }

    private DeviceManager recovered() {
        DeviceManager devices = restart();
        devices.recover();
        return devices;
    }

    @Override
    protected byte[] read(Device device, long offset, int length) {
        return medium.read(device.path(), offset, length);
    }

    @Override
    protected void write(Device device, long offset, byte[] data) {
        medium.write(device.path(), offset, data);
    }

    @Override
    protected Hold hold(Device device) {
        medium.hold(device.path(), true);
        return () -> medium.hold(device.path(), false);
    }

    @Override
    protected ByteSize unit() {
        return ByteSize.mebibytes(16);
    }

    private static DeviceRequest request(ByteSize size, Usage usage) {
        return new DeviceRequest(SizeRange.atLeast(size), ByteSize.ZERO, usage);
    }

    @Test
    void a_new_device_that_somebody_claims_for_a_moment_is_waited_for() {
        DeviceManager devices = start(ByteSize.mebibytes(256));
        medium.claimForAttempts(2);
        Device made = devices.create(VolumeId.ofName("claimed"), request(unit(), Usage.APP_DIRECT));
        assertThat(devices.find(VolumeId.ofName("claimed"))).contains(made);
    }

    @ParameterizedTest
    @EnumSource(Usage.class)
    void a_plan_counts_what_the_kernel_keeps(Usage usage) {
        DeviceManager devices = start(ByteSize.mebibytes(1024));
        DeviceRequest request = request(ByteSize.mebibytes(500), usage);
        SizePlan plan = devices.plan(request);
        assertThat(plan.step()).isEqualTo(ByteSize.mebibytes(16));
        assertThat(plan.taken()).isEqualTo(ByteSize.mebibytes(512));
        assertThat(plan.device()).isLessThan(plan.taken());
        assertThat(devices.create(ONE, request).size()).isEqualTo(plan.device());
    }

    @ParameterizedTest
    @EnumSource(Usage.class)
    void the_medium_tells_what_a_device_was_made_for(Usage usage) {
        DeviceManager devices = start(ByteSize.mebibytes(256));
        assertThat(devices.create(ONE, request(ByteSize.mebibytes(32), usage)).usage())
                .isEqualTo(usage);
        assertThat(devices.find(ONE)).map(Device::usage).contains(usage);
    }

    @Test
    void a_creation_that_failed_after_its_effect_leaves_no_second_namespace() {
        DeviceManager devices = start(ByteSize.mebibytes(256));
        VolumeId id = VolumeId.ofName("doubtful");
        medium.loseAnswer();
        assertKind(FailureKind.BACKEND_FAULT, () -> devices.create(id, request(unit(), Usage.APP_DIRECT)));
        Device made = devices.create(id, request(unit(), Usage.APP_DIRECT));
        assertThat(medium.namespaces()).hasSize(1);
        assertThat(devices.find(id)).contains(made);

        VolumeId other = VolumeId.ofName("given up");
        medium.loseAnswer();
        assertKind(FailureKind.BACKEND_FAULT, () -> devices.create(other, request(unit(), Usage.FILE_IO)));
        devices.quarantine(other);
        devices.remove(other);
        assertThat(medium.namespaces()).hasSize(1);
    }

    private static void assertKind(FailureKind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.text()).isEqualTo(kind));
    }

    @ParameterizedTest
    @EnumSource(Usage.class)
    void nothing_of_a_deleted_device_is_left_on_the_medium(Usage usage) {
        DeviceManager devices = start(units(64));
        Device made = devices.create(ONE, request(units(9), usage));
        for (long at = 0; at < made.size().bytes(); at += 1 << 20) {
            write(made, at, DATA);
        }
        delete(devices, ONE);
        assertThat(medium.isAllZero()).isTrue();
    }

    @Test
    void nothing_is_left_either_when_the_erasing_was_cut_off_by_a_reboot() {
        DeviceManager devices = start(units(64));
        Device made = devices.create(ONE, atLeast(units(9)));
        write(made, made.size().bytes() - 4096, DATA);
        devices.quarantine(ONE);
        OptionalLong next = devices.zero(ONE, 0, ByteSize.mebibytes(64));
        medium.reboot();
        DeviceManager after = restart();
        assertThat(after.recover()).extracting(Device::id).containsExactly(ONE);
        after.quarantine(ONE);
        while (next.isPresent()) {
            next = after.zero(ONE, next.getAsLong(), ByteSize.mebibytes(64));
        }
        after.remove(ONE);
        assertThat(medium.isAllZero()).isTrue();
        assertThat(after.capacity().available()).isEqualTo(after.capacity().largest());
    }

    @Test
    void nothing_is_left_of_what_never_had_a_user() {
        DeviceManager devices = start(units(64));
        devices.create(ONE, atLeast(units(9)));
        devices.quarantine(ONE);
        devices.remove(ONE);
        assertThat(medium.isAllZero()).isTrue();
    }

    @Test
    void devices_are_found_under_their_new_numbers_after_a_reboot() {
        DeviceManager devices = start(units(64));
        Device one = devices.create(ONE, atLeast(units(4)));
        write(one, 0, DATA);
        devices.create(TWO, atLeast(units(4)));
        medium.reboot();
        Device found = recovered().find(ONE).orElseThrow();
        assertThat(read(found, 0, DATA.length)).isEqualTo(DATA);
    }

    @Test
    void a_disabled_device_is_enabled_also_when_another_has_its_number() {
        DeviceManager devices = start(units(64));
        Device one = devices.create(ONE, atLeast(units(4)));
        write(one, 0, DATA);
        medium.disable(one.path());
        Device two = devices.create(TWO, atLeast(units(4)));
        assertThat(two.path()).isEqualTo(one.path());
        Device found = devices.find(ONE).orElseThrow();
        assertThat(found.path()).isNotEqualTo(two.path());
        assertThat(read(found, 0, DATA.length)).isEqualTo(DATA);
    }

    @Test
    void erasing_never_hits_the_namespace_that_has_got_its_number() {
        DeviceManager devices = start(units(64));
        Device one = devices.create(ONE, atLeast(units(4)));
        devices.quarantine(ONE);
        medium.disable(one.path());
        Device two = devices.create(TWO, atLeast(units(4)));
        assertThat(two.path()).isEqualTo(one.path());
        write(two, 0, DATA);
        delete(devices, ONE);
        assertThat(read(two, 0, DATA.length)).isEqualTo(DATA);
        assertThat(medium.namespaces()).hasSize(1);
    }

    @Test
    void what_was_half_made_is_removed_at_the_start() {
        start(units(64));
        medium.makeHalf(spec(ONE.value()));
        DeviceManager devices = restart();
        assertThat(devices.recover()).isEmpty();
        assertThat(medium.namespaces()).isEmpty();
        assertThat(devices.create(ONE, atLeast(units(4))).id()).isEqualTo(ONE);
    }

    private static NamespaceSpec spec(String name) {
        return new NamespaceSpec("region0", name, UUID.randomUUID(), NamespaceMode.FSDAX, 64L << 20);
    }

    @Test
    void a_namespace_that_has_lost_its_description_is_kept_and_can_be_deleted() {
        DeviceManager devices = start(units(64));
        Device made = devices.create(ONE, atLeast(units(4)));
        medium.scratchHead(made.path(), new byte[] {'?'});
        medium.disable(made.path());
        DeviceManager next = restart();
        assertThat(next.recover()).isEmpty();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> next.find(ONE))
                .withMessageContaining("left as it is")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
        assertThat(medium.namespaces()).hasSize(1);
        delete(next, ONE);
        assertThat(medium.isAllZero()).isTrue();
        assertThat(medium.namespaces()).isEmpty();
    }

    @Test
    void a_device_that_is_gone_is_not_found() {
        DeviceManager devices = start(units(64));
        devices.create(ONE, atLeast(units(4)));
        medium.namespaces().forEach(medium::destroy);
        assertThat(devices.find(ONE)).isEmpty();
        devices.quarantine(ONE);
        assertKind(FailureKind.NOT_FOUND, () -> devices.zero(ONE, 0, units(1)));
        devices.remove(ONE);
    }

    @Test
    void foreign_namespaces_are_left_alone_and_take_their_space() {
        start(units(64));
        medium.create(spec("of-somebody-else"));
        DeviceManager devices = restart();
        assertThat(devices.recover()).isEmpty();
        assertThat(medium.namespaces()).hasSize(1);
        assertThat(devices.capacity().available()).isLessThan(units(60));
    }

    @Test
    void the_largest_volume_is_what_fits_into_one_piece() {
        DeviceManager devices = start(units(64));
        for (int i = 0; i < 4; i++) {
            devices.create(VolumeId.ofName("volume " + i), atLeast(ByteSize.mebibytes(250)));
        }
        delete(devices, VolumeId.ofName("volume 0"));
        delete(devices, VolumeId.ofName("volume 2"));
        assertThat(devices.capacity().available()).isGreaterThan(ByteSize.mebibytes(500));
        assertThat(devices.capacity().largest()).isEqualTo(ByteSize.mebibytes(250));
        assertKind(FailureKind.OUT_OF_SPACE, () -> devices.create(ONE, atLeast(ByteSize.mebibytes(251))));
        assertThat(devices.create(ONE, atLeast(ByteSize.mebibytes(250))).size()).isEqualTo(ByteSize.mebibytes(250));
    }

    @Test
    void a_kernel_that_shows_less_than_expected_gets_one_step_more() {
        DeviceManager devices = start(units(64));
        medium.showLess(4L << 20);
        Device made = devices.create(ONE, atLeast(ByteSize.mebibytes(62)));
        assertThat(made.size()).isEqualTo(ByteSize.mebibytes(74));
        assertThat(medium.namespaces()).hasSize(1);
    }

    @Test
    void growing_is_refused_for_good_and_what_fits_is_returned() {
        DeviceManager devices = start(units(64));
        Device made = devices.create(ONE, atLeast(units(4)));
        assertThat(devices.expand(ONE, atLeast(units(2)))).isEqualTo(made);
        assertKind(FailureKind.UNSUPPORTED, () -> devices.expand(ONE, atLeast(units(40))));
        assertKind(FailureKind.NOT_FOUND, () -> devices.expand(TWO, atLeast(units(4))));
        assertThat(devices.traits().expandable()).isFalse();
    }

    @Test
    void damage_is_reported_in_order_and_cut_at_the_end() {
        DeviceManager devices = start(units(64));
        Device made = devices.create(ONE, atLeast(units(4)));
        long end = made.size().bytes();
        medium.damage(new BadBlocks.Range(end - 512, 4096));
        medium.damage(new BadBlocks.Range(8192, 512));
        medium.damage(new BadBlocks.Range(end, 512));
        assertThat(devices.mediaErrors(ONE))
                .containsExactly(
                        new MediaError(ByteSize.of(8192), ByteSize.of(512)),
                        new MediaError(ByteSize.of(end - 512), ByteSize.of(512)));
        devices.quarantine(ONE);
        assertThat(devices.mediaErrors(ONE)).isEmpty();
    }

    @Test
    void without_labels_there_is_no_space_and_the_driver_runs() {
        for (ImaginedMedium bare :
                List.of(new ImaginedMedium(), new ImaginedMedium().region("region7", units(64), false))) {
            medium = bare;
            DeviceManager devices = restart();
            assertThat(devices.recover()).isEmpty();
            assertThat(devices.capacity().total()).isEqualTo(ByteSize.ZERO);
            assertKind(FailureKind.OUT_OF_SPACE, () -> devices.create(ONE, atLeast(units(1))));
            assertKind(FailureKind.OUT_OF_SPACE, () -> devices.plan(atLeast(units(1))));
        }
    }

    @Test
    void two_regions_are_both_used_the_tighter_one_first() {
        medium = new ImaginedMedium().region("region0", units(64)).region("region1", units(16));
        DeviceManager devices = recovered();
        devices.create(ONE, atLeast(units(8)));
        assertThat(medium.namespaces().getFirst().region()).isEqualTo("region1");
        assertThat(devices.create(TWO, atLeast(ByteSize.mebibytes(1000))).size())
                .isGreaterThanOrEqualTo(ByteSize.mebibytes(1000));
        assertThat(devices.capacity().total()).isEqualTo(units(80));
        assertThat(List.copyOf(medium.namespaces())).hasSize(2);
    }
}
