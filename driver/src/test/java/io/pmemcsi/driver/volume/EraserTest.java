// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class EraserTest {
    private static final VolumeId LARGE = VolumeId.ofName("large");
    private static final VolumeId SMALL = VolumeId.ofName("small");

    private static void provision(TestNode node, String name, long mebibytes, Map<String, String> parameters) {
        node.provisioning().provision(name, Wishes.atLeast(mebibytes), Wishes.mount(parameters));
        byte[] secret = {1, 2, 3};
        node.devices().write(VolumeId.ofName(name), 0, secret);
        node.devices()
                .write(VolumeId.ofName(name), ByteSize.mebibytes(mebibytes).bytes() - 3, secret);
    }

    private static long stepsFor(long mebibytes) {
        return (mebibytes + 63) / 64;
    }

    /** Becomes true when the large device is given back without data on it. */
    private static AtomicBoolean cleanWhenRemoved(TestNode node) {
        AtomicBoolean clean = new AtomicBoolean();
        node.eraserFaults().arm(call -> {
            if (call.equals("devices.remove")) {
                clean.set(!node.devices().holdsData(LARGE));
            }
        });
        return clean;
    }

    @Test
    void all_bytes_are_overwritten_before_the_space_is_given_back() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 200, Map.of());
            AtomicBoolean clean = cleanWhenRemoved(node);
            node.provisioning().delete(LARGE);
            node.awaitErased();
            assertThat(clean).isTrue();
            assertThat(node.eraserFaults().count("devices.zero")).isEqualTo(stepsFor(200));
        }
    }

    /** It may have grown without its record: the process has died in between, or somebody has used LVM. */
    @Test
    void a_device_that_is_larger_than_its_record_is_overwritten_to_its_end() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, Map.of());
            node.devices().expand(LARGE, RecoveryTest.request(200));
            node.devices().write(LARGE, ByteSize.mebibytes(200).bytes() - 3, new byte[] {1, 2, 3});
            AtomicBoolean clean = cleanWhenRemoved(node);
            node.provisioning().delete(LARGE);
            node.awaitErased();
            assertThat(clean).isTrue();
        }
    }

    @Test
    void progress_is_recorded_and_resumed_by_the_next_process() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 200, Map.of());
            Crash crash = Crash.atEraserCall(8, node);
            node.provisioning().delete(LARGE);
            Eventually.holds("the eraser has died", crash::happened);
            long done = node.eraserFaults().count("devices.zero");
            assertThat(done).isBetween(1L, stepsFor(200) - 1);
            assertThat(node.record(LARGE).erased())
                    .isEqualTo(ByteSize.mebibytes(64 * done).bytes());
            assertThat(new Eraser(node.store(), node.devices(), Optional.empty()).backlog())
                    .isEqualTo(ByteSize.mebibytes(200 - 64 * done));
            node.restart();
            node.awaitErased();
            assertThat(node.eraserFaults().count("devices.zero")).isEqualTo(stepsFor(200));
        }
    }

    @Test
    void a_step_that_fails_is_repeated() {
        for (String call :
                List.of("devices.quarantine", "devices.zero", "devices.remove", "store.save", "store.find")) {
            try (TestNode node = TestNode.start()) {
                provision(node, "large", 100, Map.of());
                node.eraserFaults().failOnce(call);
                node.provisioning().delete(LARGE);
                node.awaitErased();
                assertThat(node.available()).as(call).isEqualTo(TestNode.MANAGED);
            }
        }
    }

    @Test
    void space_is_never_given_back_with_data_on_it() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, Map.of());
            node.eraserFaults().arm(call -> {
                if (call.equals("devices.zero")) {
                    throw Faults.injected(call);
                }
            });
            node.provisioning().delete(LARGE);
            Eventually.holds("many attempts", () -> node.eraserFaults().count("devices.quarantine") > 5);
            assertThat(node.available()).isEqualTo(ByteSize.mebibytes(924));
            assertThat(node.devices().holdsData(LARGE)).isTrue();
        }
    }

    @Test
    void content_is_kept_from_overwriting_only_where_that_was_asked_and_is_safe() {
        Map<String, String> keep = Map.of("eraseafter", "false");
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, keep);
            node.provisioning().delete(LARGE);
            node.awaitErased();
            assertThat(node.eraserFaults().count("devices.zero")).isZero();
            assertThat(node.available()).isEqualTo(TestNode.MANAGED);
        }
        var unsafe = new DeviceTraits("unsafe", false, true, true, Optional.empty());
        try (TestNode node = TestNode.start(TestNode.Setup.DEFAULT.withTraits(unsafe))) {
            provision(node, "large", 100, keep);
            node.provisioning().delete(LARGE);
            node.awaitErased();
            assertThat(node.eraserFaults().count("devices.zero")).isEqualTo(stepsFor(100));
        }
    }

    @Test
    void a_small_volume_does_not_wait_for_a_large_one() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 640, Map.of());
            provision(node, "small", 64, Map.of());
            AtomicBoolean largeWasLeft = new AtomicBoolean();
            try (var _ = node.holdEraser()) {
                node.provisioning().delete(LARGE);
                node.provisioning().delete(SMALL);
                node.eraserFaults().arm(call -> {
                    if (call.equals("devices.remove")
                            && node.store().find(SMALL).isPresent()) {
                        largeWasLeft.set(node.record(LARGE).erased() <= 2 * Eraser.STEP.bytes());
                    }
                });
            }
            node.awaitErased();
            assertThat(largeWasLeft).isTrue();
        }
    }

    /** When the steps of volumes of these sizes begin, at 640 MiB per second: one step of 64 MiB in 100 ms. */
    private static List<Long> beginnings(long... mebibytes) {
        List<Long> times = Collections.synchronizedList(new ArrayList<>());
        var setup = TestNode.Setup.DEFAULT.withEraseRate(ByteSize.mebibytes(640));
        try (TestNode node = TestNode.start(setup)) {
            node.eraserFaults().arm(call -> {
                if (call.equals("devices.zero")) {
                    times.add(System.nanoTime());
                }
            });
            for (int i = 0; i < mebibytes.length; i++) {
                provision(node, "v" + i, mebibytes[i], Map.of());
                node.provisioning().delete(VolumeId.ofName("v" + i));
            }
            node.awaitErased();
        }
        return List.copyOf(times);
    }

    private static void assertTakes(List<Long> beginnings, Duration least) {
        long taken = beginnings.getLast() - beginnings.getFirst();
        assertThat(Duration.ofNanos(taken)).isBetween(least, least.plusSeconds(10));
    }

    @Test
    void the_rate_is_kept_for_one_volume() {
        List<Long> times = beginnings(192);
        assertThat(times).hasSize(3);
        assertTakes(times, Duration.ofMillis(200));
    }

    @Test
    void the_rate_is_kept_for_all_volumes_together() {
        List<Long> times = beginnings(64, 128, 64);
        assertThat(times).hasSize(4);
        assertTakes(times, Duration.ofMillis(300));
    }

    @Test
    void a_short_last_step_takes_its_share_of_the_rate() {
        List<Long> times = beginnings(16, 16);
        assertTakes(times, Duration.ofMillis(25));
    }

    @Test
    void stopping_neither_waits_for_the_rate_nor_loses_anything() {
        var slow = TestNode.Setup.DEFAULT.withEraseRate(ByteSize.of(1));
        try (TestNode node = TestNode.start(slow)) {
            provision(node, "large", 200, Map.of());
            node.provisioning().delete(LARGE);
            Eventually.holds("the first step is done", () -> node.record(LARGE).erased() > 0);
            Eraser eraser = node.eraser();
            eraser.close();
            eraser.submit(LARGE);
            assertThat(node.record(LARGE).erased())
                    .isEqualTo(ByteSize.mebibytes(1).bytes());
        }
    }

    @Test
    void a_deleted_volume_whose_device_is_not_there_is_kept_until_it_is_back() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, Map.of());
            try (var _ = node.holdEraser()) {
                node.provisioning().delete(LARGE);
                node.devices().remove(LARGE);
            }
            Eventually.holds("it was looked for", () -> node.eraserFaults().count("devices.zero") > 1);
            assertThat(node.record(LARGE).erased()).isZero();
            node.devices().create(LARGE, RecoveryTest.request(100));
            node.awaitErased();
            assertThat(node.store().all()).isEmpty();
            assertThat(node.devices().find(LARGE)).isEmpty();
        }
    }

    @Test
    void a_device_that_cannot_be_removed_is_not_erased_again_and_again() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, Map.of());
            try (var _ = node.holdEraser()) {
                node.provisioning().delete(LARGE);
                node.eraserFaults().failOnce("devices.remove");
            }
            node.awaitErased();
            assertThat(node.eraser().erasedBytes()).isEqualTo(100L << 20);
        }
    }

    @Test
    void what_is_overwritten_is_not_overwritten_again_while_its_record_cannot_be_written() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 200, Map.of());
            try (var _ = node.holdEraser()) {
                node.provisioning().delete(LARGE);
                node.eraserFaults().fail("store.save");
            }
            node.awaitErased();
            assertThat(node.eraser().erasedBytes()).isEqualTo(200L << 20);
            assertThat(node.store().all()).isEmpty();
        }
    }

    @Test
    void only_deleted_volumes_are_erased() {
        try (TestNode node = TestNode.start()) {
            provision(node, "large", 100, Map.of());
            node.eraser().submit(LARGE);
            node.eraser().submit(SMALL);
            Eventually.holds("both were looked at", () -> node.eraserFaults().count("store.find") == 2);
            assertThat(node.devices().holdsData(LARGE)).isTrue();
            assertThat(node.record(LARGE).isReady()).isTrue();
        }
    }
}
