// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.ExpandableDevicesContract;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.test.system.Commands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of the device port on logical volumes. Runs in a guest with two fsdax namespaces. */
final class LvmDeviceManagerOnPmem extends ExpandableDevicesContract {
    private static final String GROUP = "ndbus0region0fsdax";

    @Override
    protected DeviceManager start(ByteSize managed) {
        LvmFixture.group(GROUP, LvmFixture.namespaces().getFirst(), managed);
        DeviceManager devices = restart();
        var _ = devices.recover();
        return devices;
    }

    @Override
    protected DeviceManager restart() {
        return LvmFixture.manager();
    }

    @AfterEach
    void removeGroups() {
        LvmFixture.removeGroups();
    }

    @Override
    protected byte[] read(Device device, long offset, int length) {
        return RawAccess.read(device, offset, length);
    }

    @Override
    protected void write(Device device, long offset, byte[] data) {
        RawAccess.write(device, offset, data);
    }

    @Override
    protected Hold hold(Device device) {
        AutoCloseable claim = RawAccess.claim(device);
        return () -> {
            try {
                claim.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
    }

    @Override
    protected ByteSize unit() {
        return ByteSize.mebibytes(4);
    }

    /** LVM cannot activate a new volume when device-mapper already has a device of its name. */
    @Test
    void a_creation_that_fails_half_way_leaves_nothing_and_may_be_repeated() {
        DeviceManager devices = start(units(64));
        String name = GROUP + "-" + ONE.value().replace("-", "--");
        String _ = Commands.run("dmsetup", "create", name, "--table", "0 8 error");
        try {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> devices.create(ONE, atLeast(units(8))))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
            devices.quarantine(ONE);
            devices.remove(ONE);
        } finally {
            String _ = Commands.run("dmsetup", "remove", name);
        }
        assertThat(LvmFixture.lvm().volumes()).isEmpty();
        assertThat(devices.capacity().available()).isEqualTo(units(64));
        Device made = devices.create(ONE, atLeast(units(8)));
        assertThat(made.size()).isEqualTo(units(8));
    }
}
