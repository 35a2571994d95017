// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
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
    void a_volume_whose_examination_breaks_does_not_hide_the_others() {
        try (TestNode node = TestNode.start()) {
            node.provisioning().provision("broken", Wishes.SIZE, Wishes.mount());
            node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            AtomicBoolean broken = new AtomicBoolean();
            node.faults().arm(call -> {
                if (call.equals("devices.mediaErrors") && broken.compareAndSet(false, true)) {
                    throw new IllegalArgumentException("a mistake");
                }
            });
            assertThat(node.reports().list(Optional.empty(), 0).volumes())
                    .extracting(VolumeStatus::findings)
                    .satisfiesExactlyInAnyOrder(
                            findings -> assertThat(findings).isEmpty(),
                            findings -> assertThat(findings).singleElement().satisfies(finding -> {
                                assertThat(finding.severity()).isEqualTo(Finding.Severity.INACCESSIBLE);
                                assertThat(finding.reason()).isEqualTo("DeviceUnusable");
                                assertThat(finding.message()).contains("a mistake");
                            }));
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

    @Test
    void damage_of_the_medium_is_named_with_its_range() {
        try (TestNode node = TestNode.start()) {
            node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            node.devices().damage(FS, List.of(new MediaError(ByteSize.of(8192), ByteSize.of(4096))));
            assertThat(node.reports().status(FS).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Finding.Severity.DATA_LOSS);
                assertThat(finding.reason()).isEqualTo("MediaError");
                assertThat(finding.message()).contains(FS.value(), "4Ki from offset 8192");
            });
        }
    }

    @Test
    void of_many_damaged_ranges_the_first_are_named_and_the_others_counted() {
        try (TestNode node = TestNode.start()) {
            node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount());
            node.devices()
                    .damage(
                            FS,
                            LongStream.range(0, 11)
                                    .mapToObj(page -> new MediaError(ByteSize.of(page * 8192), ByteSize.of(4096)))
                                    .toList());
            assertThat(node.reports().status(FS).findings())
                    .extracting(Finding::message)
                    .singleElement()
                    .asString()
                    .contains("from offset 57344, and 3 more")
                    .doesNotContain("65536");
        }
    }
}
