// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.ExpandableDevicesContract;
import io.pmemcsi.driver.domain.ByteSize;
import org.junit.jupiter.api.AfterEach;

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
}
