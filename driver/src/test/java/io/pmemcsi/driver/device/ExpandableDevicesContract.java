// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import org.junit.jupiter.api.Test;

/** What a device manager does whose devices can grow. */
public abstract class ExpandableDevicesContract extends DeviceManagerContract {
    @Test
    void its_traits_promise_growth() {
        assertThat(start().traits().expandable()).isTrue();
    }

    @Test
    void a_device_grows_in_use_and_keeps_its_content() {
        DeviceManager devices = start();
        Device small = devices.create(ONE, atLeast(units(4)));
        write(small, 4096, SECRET);
        Hold hold = hold(small);
        Device large = devices.expand(ONE, atLeast(units(9)));
        assertThat(large.size()).isGreaterThanOrEqualTo(units(9));
        assertThat(devices.find(ONE)).contains(large);
        assertThat(read(large, 4096, SECRET.length)).isEqualTo(SECRET);
        assertThat(read(large, small.size().bytes(), 4096)).containsOnly(0);
        assertThat(read(large, large.size().bytes() - 4096, 4096)).containsOnly(0);
        hold.close();
    }

    @Test
    void expanding_to_what_is_there_changes_nothing() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(4)));
        Capacity before = devices.capacity();
        assertThat(devices.expand(ONE, atLeast(units(4)))).isEqualTo(made);
        assertThat(devices.expand(ONE, atLeast(units(2)))).isEqualTo(made);
        assertThat(devices.capacity()).isEqualTo(before);
    }

    @Test
    void expanding_beyond_what_there_is_keeps_the_size() {
        DeviceManager devices = start();
        Device made = devices.create(ONE, atLeast(units(4)));
        devices.create(TWO, atLeast(units(30)));
        Capacity before = devices.capacity();
        assertFails(FailureKind.OUT_OF_SPACE, () -> devices.expand(ONE, atLeast(units(60))));
        assertFails(FailureKind.SIZE_UNSUPPORTED, () -> devices.expand(ONE, atLeast(units(65))));
        assertFails(
                FailureKind.SIZE_UNSUPPORTED,
                () -> devices.expand(ONE, request(between(ByteSize.ZERO, unit()), ByteSize.ZERO)));
        assertThat(devices.find(ONE)).contains(made);
        assertThat(devices.capacity()).isEqualTo(before);
    }

    @Test
    void an_unknown_device_cannot_grow() {
        DeviceManager devices = start();
        assertFails(FailureKind.NOT_FOUND, () -> devices.expand(ONE, atLeast(units(4))));
    }
}
