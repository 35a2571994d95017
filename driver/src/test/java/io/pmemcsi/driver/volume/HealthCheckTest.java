// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.VolumeId;
import org.junit.jupiter.api.Test;

final class HealthCheckTest {
    private static final VolumeId FS = VolumeId.ofName("fs");

    @Test
    void a_device_that_is_there_but_unusable_is_not_called_lost() {
        try (TestNode node = TestNode.start()) {
            node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            node.faults().fail("devices.find");
            assertThat(node.reports().status(FS).findings())
                    .containsExactly(new Finding(
                            Finding.Severity.INACCESSIBLE, "DeviceUnusable", "injected fault at devices.find"));
        }
    }

    @Test
    void a_device_that_is_gone_is_called_lost() {
        try (TestNode node = TestNode.start()) {
            node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            assertThat(node.reports().status(FS).findings()).isEmpty();
            node.devices().quarantine(FS);
            node.devices().remove(FS);
            assertThat(node.reports().status(FS).findings())
                    .extracting(Finding::reason)
                    .containsExactly("DeviceLost");
        }
    }
}
