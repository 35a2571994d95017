// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.ExpandableDevicesContract;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class MemoryDeviceManagerTest extends ExpandableDevicesContract {
    private MemoryDeviceManager medium = new MemoryDeviceManager(ByteSize.ZERO);

    @Override
    protected DeviceManager start(ByteSize managed) {
        medium = new MemoryDeviceManager(managed);
        medium.recover();
        return medium;
    }

    @Override
    protected DeviceManager restart() {
        return medium;
    }

    @Override
    protected byte[] read(Device device, long offset, int length) {
        return medium.read(device.id(), offset, length);
    }

    @Override
    protected void write(Device device, long offset, byte[] data) {
        medium.write(device.id(), offset, data);
    }

    @Override
    protected Hold hold(Device device) {
        MemoryDeviceManager.Hold hold = medium.hold(device.id());
        return hold::close;
    }

    @Test
    void content_may_cross_pages() {
        Device device = start(units(4)).create(ONE, atLeast(units(1)));
        byte[] data = new byte[10_000];
        data[0] = 1;
        data[5_000] = 2;
        data[9_999] = 3;
        medium.write(ONE, 4_000, data);
        assertThat(medium.read(ONE, 4_000, data.length)).isEqualTo(data);
        assertThat(medium.read(ONE, 0, 4_000)).containsOnly(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> medium.read(ONE, device.size().bytes() - 1, 2));
    }

    @Test
    void a_device_that_is_in_use_elsewhere_is_not_quarantined() {
        DeviceManager devices = start(units(4));
        Device device = devices.create(ONE, atLeast(units(1)));
        medium.alsoInUse(device::equals);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.quarantine(ONE))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.IN_USE));
        medium.alsoInUse(_ -> false);
        devices.quarantine(ONE);
        assertThat(devices.find(ONE)).isEmpty();
    }

    @Test
    void zeroing_reaches_exactly_the_bytes_it_reports() {
        start(units(4)).create(ONE, atLeast(units(1)));
        medium.write(ONE, 0, new byte[] {1});
        medium.write(ONE, 4096, new byte[] {1});
        medium.quarantine(ONE);
        assertThat(medium.zero(ONE, 0, ByteSize.of(5000))).isEqualTo(OptionalLong.of(4096));
        assertThat(medium.holdsData(ONE)).isTrue();
        assertThat(medium.zero(ONE, 4096, units(1))).isEmpty();
        assertThat(medium.holdsData(ONE)).isFalse();
    }
}
