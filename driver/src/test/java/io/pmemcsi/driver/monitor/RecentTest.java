// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecentTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void what_was_seen_is_told_again_until_it_is_old() {
        Recent<Integer> recent = new Recent<>(looks::incrementAndGet, clock::get);
        assertThat(recent.get()).isEqualTo(1);
        clock.addAndGet(Recent.KEPT.toNanos() - 1);
        assertThat(recent.get()).isEqualTo(1);
        clock.incrementAndGet();
        assertThat(recent.get()).isEqualTo(2);
    }

    @Test
    void the_age_is_counted_from_the_end_of_the_look() {
        Recent<Integer> recent = new Recent<>(
                () -> {
                    clock.addAndGet(2 * Recent.KEPT.toNanos());
                    return looks.incrementAndGet();
                },
                clock::get);
        assertThat(recent.get()).isEqualTo(1);
        assertThat(recent.get()).isEqualTo(1);
    }

    @Test
    void a_failure_is_told_again_too() {
        Recent<Integer> recent = new Recent<>(
                () -> {
                    throw new StorageException(FailureKind.BACKEND_FAULT, "look " + looks.incrementAndGet());
                },
                clock::get);
        for (int asked = 0; asked < 2; asked++) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(recent::get)
                    .withMessage("look 1");
        }
        clock.addAndGet(Recent.KEPT.toNanos());
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(recent::get)
                .withMessage("look 2");
    }
}
