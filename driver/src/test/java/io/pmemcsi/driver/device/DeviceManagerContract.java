// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every device manager does. A subclass runs it on one kind of device; the sizes are counted in {@link #unit()} so that
 * modes with coarse devices can take part. Each test starts on an empty medium of 64 units.
 */
public abstract class DeviceManagerContract {
    protected static final VolumeId ONE = VolumeId.ofName("one");
    protected static final VolumeId TWO = VolumeId.ofName("two");
    static final byte[] SECRET = "nobody else may ever read this".getBytes(StandardCharsets.UTF_8);

    /** Keeps a device in use until it is closed. */
    @FunctionalInterface
    protected interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** A recovered manager of {@code managed} space on an empty medium. */
    protected abstract DeviceManager start(ByteSize managed);

    /** What the next process makes for the medium of the last {@link #start}; not yet recovered. */
    protected abstract DeviceManager restart();

    /** Reads from a device as its user would. */
    protected abstract byte[] read(Device device, long offset, int length);

    /** Writes to a device as its user would, durably. */
    protected abstract void write(Device device, long offset, byte[] data);

    /** Uses a device as a mount does. */
    protected abstract Hold hold(Device device);

    /** What sizes are multiples of. */
    protected ByteSize unit() {
        return ByteSize.mebibytes(1);
    }

    protected final ByteSize units(long count) {
        return ByteSize.of(unit().bytes() * count);
    }

    protected static DeviceRequest atLeast(ByteSize size) {
        return request(SizeRange.atLeast(size), ByteSize.ZERO);
    }

    static DeviceRequest request(SizeRange size, ByteSize minimum) {
        return new DeviceRequest(size, minimum, Usage.APP_DIRECT);
    }

    static SizeRange between(ByteSize required, ByteSize limit) {
        return new SizeRange(required, Optional.of(limit));
    }

    DeviceManager start() {
        return start(units(64));
    }

    static void assertFails(FailureKind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.text()).isEqualTo(kind));
    }

    /** Takes a device away as the driver does: out of use, erased, removed. */
    protected static void delete(DeviceManager devices, VolumeId id) {
        devices.quarantine(id);
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            next = devices.zero(id, next.getAsLong(), ByteSize.mebibytes(4));
        }
        devices.remove(id);
    }

    @Test
    void an_empty_medium_has_all_space_and_no_device() {
        DeviceManager devices = start();
        Capacity capacity = devices.capacity();
        assertThat(capacity.managed()).isEqualTo(units(64));
        assertThat(capacity.available()).isLessThanOrEqualTo(capacity.managed()).isGreaterThan(ByteSize.ZERO);
        assertThat(capacity.largest()).isLessThanOrEqualTo(capacity.available()).isGreaterThan(ByteSize.ZERO);
        assertThat(capacity.minimum()).isLessThanOrEqualTo(capacity.largest()).isGreaterThan(ByteSize.ZERO);
        assertThat(devices.find(ONE)).isEmpty();
    }

    @Test
    void a_device_has_at_least_the_requested_size_and_is_found() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(8)));
        assertThat(made.id()).isEqualTo(ONE);
        assertThat(made.size()).isGreaterThanOrEqualTo(units(8));
        assertThat(devices.find(ONE)).contains(made);
        assertThat(read(made, made.size().bytes() - 512, 512)).hasSize(512).containsOnly(0);
    }

    @Test
    void sizes_are_rounded_up() {
        Device made = start().create(ONE, atLeast(ByteSize.of(units(7).bytes() + 1)));
        assertThat(made.size()).isGreaterThan(units(7));
        assertThat(made.size().bytes() % 4096).isZero();
    }

    @Test
    void a_plan_is_what_is_made_and_makes_nothing() {
        DeviceManager devices = start();
        DeviceRequest request = atLeast(ByteSize.of(units(7).bytes() + 1));
        SizePlan plan = devices.plan(request);
        Capacity before = devices.capacity();
        assertThat(before.largest()).isEqualTo(plan.largest());
        assertThat(devices.find(ONE)).isEmpty();
        assertThat(devices.create(ONE, request).size()).isEqualTo(plan.device());
        assertThat(plan.taken()).isGreaterThanOrEqualTo(plan.device());
        assertThat(plan.taken().roundUpTo(plan.step())).isEqualTo(plan.taken());
    }

    @Test
    void a_plan_needs_no_room_now_but_a_size_that_can_exist() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(units(40)));
        SizePlan plan = devices.plan(atLeast(units(40)));
        assertThat(plan.device()).isGreaterThanOrEqualTo(units(40));
        assertThat(plan.largest()).isLessThan(plan.device());
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> devices.plan(atLeast(units(65))));
    }

    @Test
    void no_size_means_the_smallest_device_that_holds_the_content() {
        DeviceManager devices = start();
        assertThat(devices.create(ONE, request(SizeRange.ANY, ByteSize.ZERO)).size())
                .isEqualTo(devices.capacity().minimum());
        assertThat(devices.create(TWO, request(SizeRange.ANY, units(5))).size()).isGreaterThanOrEqualTo(units(5));
    }

    @Test
    void creating_again_returns_the_same_device() {
        DeviceManager devices = start();
        Device first = devices.create(ONE, atLeast(units(8)));
        write(first, 0, SECRET);
        assertThat(devices.create(ONE, atLeast(units(8)))).isEqualTo(first);
        assertThat(devices.create(ONE, atLeast(units(4)))).isEqualTo(first);
        assertThat(read(first, 0, SECRET.length)).isEqualTo(SECRET);
    }

    @Test
    void creating_again_with_another_size_is_a_conflict() {
        DeviceManager devices = start();
        Device first = devices.create(ONE, atLeast(units(8)));
        assertFails(
                FailureKind.EXISTS_DIFFERENTLY,
                () -> devices.create(ONE, atLeast(first.size().plus(unit()))));
        assertFails(
                FailureKind.EXISTS_DIFFERENTLY,
                () -> devices.create(ONE, request(between(units(1), units(4)), ByteSize.ZERO)));
        assertFails(FailureKind.EXISTS_DIFFERENTLY, () -> devices.create(ONE, request(SizeRange.ANY, units(32))));
        assertThat(devices.find(ONE)).contains(first);
    }

    @Test
    void a_limit_that_no_rounded_size_meets_is_unsupported() {
        DeviceManager devices = start();
        Capacity before = devices.capacity();
        ByteSize required = ByteSize.of(units(2).bytes() + 1);
        ByteSize limit = ByteSize.of(units(2).bytes() + 2);
        assertFails(
                FailureKind.SIZE_UNSUPPORTED,
                () -> devices.create(ONE, request(between(required, limit), ByteSize.ZERO)));
        assertFails(
                FailureKind.SIZE_UNSUPPORTED,
                () -> devices.create(ONE, request(between(ByteSize.ZERO, ByteSize.of(4096)), ByteSize.ZERO)));
        assertFails(
                FailureKind.SIZE_UNSUPPORTED,
                () -> devices.create(ONE, request(between(ByteSize.ZERO, units(2)), units(3))));
        assertThat(devices.find(ONE)).isEmpty();
        assertThat(devices.capacity()).isEqualTo(before);
    }

    @Test
    void more_than_all_managed_space_is_unsupported() {
        DeviceManager devices = start();
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> devices.create(ONE, atLeast(units(65))));
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> devices.create(ONE, atLeast(ByteSize.of(Long.MAX_VALUE))));
        assertThat(devices.find(ONE)).isEmpty();
    }

    @Test
    void more_than_is_free_is_out_of_space_and_leaves_nothing() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(units(40)));
        Capacity before = devices.capacity();
        assertFails(FailureKind.OUT_OF_SPACE, () -> devices.create(TWO, atLeast(units(30))));
        assertThat(devices.find(TWO)).isEmpty();
        assertThat(devices.capacity()).isEqualTo(before);
    }

    @Test
    void out_of_space_says_what_would_fit() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(units(40)));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.create(TWO, atLeast(units(30))))
                .withMessageContaining(units(30).toString())
                .withMessageContaining(devices.capacity().largest().toString());
    }

    @Test
    void the_largest_volume_can_be_made() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(units(8)));
        ByteSize largest = devices.capacity().largest();
        assertThat(devices.create(TWO, atLeast(largest)).size()).isGreaterThanOrEqualTo(largest);
    }

    @Test
    void space_is_taken_until_the_device_is_removed() {
        DeviceManager devices = start();
        ByteSize empty = devices.capacity().available();
        Device made = devices.create(ONE, atLeast(units(8)));
        ByteSize taken = empty.minusOrZero(made.size());
        assertThat(devices.capacity().available()).isLessThanOrEqualTo(taken);
        devices.quarantine(ONE);
        assertThat(devices.capacity().available()).isLessThanOrEqualTo(taken);
        devices.zero(ONE, 0, made.size());
        assertThat(devices.capacity().available()).isLessThanOrEqualTo(taken);
        devices.remove(ONE);
        assertThat(devices.capacity().available()).isEqualTo(empty);
    }

    @Test
    void an_unknown_device_can_be_quarantined_and_removed_but_is_not_called_erased() {
        DeviceManager devices = start();
        devices.quarantine(ONE);
        assertFails(FailureKind.NOT_FOUND, () -> devices.zero(ONE, 0, units(1)));
        devices.remove(ONE);
        assertThat(devices.find(ONE)).isEmpty();
    }

    @Test
    void a_held_device_is_not_quarantined() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(4)));
        Hold hold = hold(made);
        assertFails(FailureKind.IN_USE, () -> devices.quarantine(ONE));
        assertThat(devices.find(ONE)).contains(made);
        hold.close();
        assertThat(devices.find(ONE)).contains(made);
        devices.quarantine(ONE);
        assertThat(devices.find(ONE)).isEmpty();
    }

    @Test
    void a_quarantined_device_is_out_of_reach() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(units(4)));
        devices.quarantine(ONE);
        devices.quarantine(ONE);
        assertThat(devices.find(ONE)).isEmpty();
        assertFails(FailureKind.BUSY, () -> devices.create(ONE, atLeast(units(4))));
    }

    @Test
    void only_a_quarantined_device_is_zeroed_or_removed() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(4)));
        write(made, 0, SECRET);
        assertFails(FailureKind.IN_USE, () -> devices.zero(ONE, 0, units(1)));
        assertFails(FailureKind.IN_USE, () -> devices.remove(ONE));
        assertThat(read(made, 0, SECRET.length)).isEqualTo(SECRET);
    }

    @Test
    void zeroing_in_chunks_ends_at_the_end_of_the_device() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(5)));
        devices.quarantine(ONE);
        List<Long> offsets = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            offsets.add(next.getAsLong());
            next = devices.zero(ONE, next.getAsLong(), units(2));
        }
        assertThat(offsets).startsWith(0L).isSorted().doesNotHaveDuplicates().allMatch(offset -> offset % 4096 == 0);
        assertThat(offsets.getLast()).isLessThan(made.size().bytes());
        assertThat(devices.zero(ONE, 0, ByteSize.of(4096)))
                .as("can be repeated")
                .hasValue(4096);
        assertThat(devices.zero(ONE, made.size().bytes(), units(1))).isEmpty();
    }

    @Test
    void a_new_device_never_shows_what_another_has_held() {
        DeviceManager devices = start();
        Device old = devices.create(ONE, atLeast(devices.capacity().largest()));
        for (long at = 0; at < old.size().bytes(); at += unit().bytes()) {
            write(old, at, SECRET);
        }
        delete(devices, ONE);
        Device made = devices.create(TWO, atLeast(devices.capacity().largest()));
        for (long at = 0; at < made.size().bytes(); at += unit().bytes()) {
            assertThat(read(made, at, SECRET.length)).containsOnly(0);
        }
    }

    @Test
    void a_device_can_be_made_again_under_the_same_id() {
        DeviceManager devices = start();
        write(devices.create(ONE, atLeast(units(4))), 0, SECRET);
        delete(devices, ONE);
        assertThat(devices.find(ONE)).isEmpty();
        assertThat(read(devices.create(ONE, atLeast(units(6))), 0, SECRET.length))
                .containsOnly(0);
    }

    @Test
    void the_next_process_finds_all_devices_and_their_content() {
        DeviceManager devices = start();
        Device one = devices.create(ONE, atLeast(units(4)));
        Device two = devices.create(TWO, atLeast(units(8)));
        write(one, 4096, SECRET);
        ByteSize available = devices.capacity().available();
        DeviceManager next = restart();
        List<Device> recovered = next.recover();
        assertThat(recovered).extracting(Device::id).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(recovered).extracting(Device::size).containsExactlyInAnyOrder(one.size(), two.size());
        assertThat(recovered)
                .allSatisfy(device -> assertThat(next.find(device.id())).contains(device));
        assertThat(read(next.find(ONE).orElseThrow(), 4096, SECRET.length)).isEqualTo(SECRET);
        assertThat(next.capacity().available()).isEqualTo(available);
    }

    @Test
    void the_next_process_can_finish_a_deletion() {
        DeviceManager devices = start();
        ByteSize empty = devices.capacity().available();
        write(devices.create(ONE, atLeast(units(4))), 0, SECRET);
        devices.quarantine(ONE);
        DeviceManager next = restart();
        next.recover();
        assertThat(next.capacity().available()).isLessThan(empty);
        delete(next, ONE);
        assertThat(next.find(ONE)).isEmpty();
        assertThat(next.capacity().available()).isEqualTo(empty);
    }

    @Test
    void concurrent_creates_never_get_more_than_there_is() throws Exception {
        DeviceManager devices = start();
        List<Device> made = Collections.synchronizedList(new ArrayList<>());
        List<FailureKind> failures = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 24; i++) {
                VolumeId id = VolumeId.ofName("volume " + i);
                threads.execute(() -> {
                    try {
                        made.add(devices.create(id, atLeast(units(6))));
                    } catch (StorageException e) {
                        failures.add(e.kind());
                    }
                });
            }
        }
        assertThat(failures).isNotEmpty().containsOnly(FailureKind.OUT_OF_SPACE);
        assertThat(made)
                .hasSize(24 - failures.size())
                .isNotEmpty()
                .extracting(Device::path)
                .doesNotHaveDuplicates();
        assertThat(made.stream().mapToLong(device -> device.size().bytes()).sum())
                .isLessThanOrEqualTo(units(64).bytes());
        made.forEach(device -> assertThat(devices.find(device.id())).contains(device));
    }

    @Test
    void a_sound_or_unknown_device_has_no_media_errors() {
        DeviceManager devices = start();
        devices.create(ONE, atLeast(unit()));
        assertThat(devices.mediaErrors(ONE)).isEmpty();
        assertThat(devices.mediaErrors(TWO)).isEmpty();
    }
}
