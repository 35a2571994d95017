// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SpaceAccountTest {
    private static final VolumeId ONE = VolumeId.ofName("one");
    private static final VolumeId TWO = VolumeId.ofName("two");

    private final AtomicLong free = new AtomicLong(1_000);
    private final SpaceAccount space =
            new SpaceAccount(new SizeRule(ByteSize.of(10), ByteSize.of(100)), () -> ByteSize.of(free.get()));

    private long available() {
        return space.capacity().available().bytes();
    }

    @Test
    void promised_space_is_not_available() {
        space.promise(ONE, ByteSize.of(30), "asked");
        assertThat(available()).isEqualTo(70);
        space.cancel(ONE);
        assertThat(available()).isEqualTo(100);
    }

    @Test
    void booking_ends_the_promise() {
        space.promise(ONE, ByteSize.of(30), "asked");
        space.book(ONE, ByteSize.of(30));
        assertThat(available()).isEqualTo(70);
        space.promise(ONE, ByteSize.of(10), "grow");
        assertThat(available()).isEqualTo(60);
        space.book(ONE, ByteSize.of(40));
        assertThat(available()).isEqualTo(60);
        space.release(ONE);
        assertThat(available()).isEqualTo(100);
    }

    @Test
    void the_medium_may_have_less_than_is_managed() {
        free.set(47);
        assertThat(available()).isEqualTo(40);
        space.promise(ONE, ByteSize.of(30), "asked");
        assertThat(available())
                .as("what is promised will be gone from the medium")
                .isEqualTo(10);
        free.set(17);
        space.book(ONE, ByteSize.of(30));
        assertThat(available()).isEqualTo(10);
    }

    @Test
    void what_was_taken_from_the_medium_is_not_subtracted_from_it_again() {
        free.set(100);
        space.promise(ONE, ByteSize.of(50), "asked");
        assertThat(available()).isEqualTo(50);
        free.set(50);
        space.taken(ONE);
        assertThat(available()).as("allocated, not booked yet").isEqualTo(50);
        space.book(ONE, ByteSize.of(50));
        assertThat(available()).isEqualTo(50);
    }

    @Test
    void what_was_taken_can_be_given_back() {
        space.promise(ONE, ByteSize.of(50), "asked");
        space.taken(ONE);
        space.taken(TWO);
        assertThat(available()).isEqualTo(50);
        space.cancel(ONE);
        assertThat(available()).isEqualTo(100);
        space.promise(ONE, ByteSize.of(50), "asked");
        space.taken(ONE);
        space.clear();
        assertThat(available()).isEqualTo(100);
    }

    @Test
    void more_than_available_is_not_promised() {
        space.book(ONE, ByteSize.of(60));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> space.promise(TWO, ByteSize.of(50), "requested 50"))
                .withMessage("requested 50: 40 bytes would fit now")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.OUT_OF_SPACE));
        assertThat(available()).isEqualTo(40);
    }

    @Test
    void more_taken_than_managed_leaves_nothing() {
        space.book(ONE, ByteSize.of(160));
        assertThat(available()).isZero();
        space.clear();
        assertThat(available()).isEqualTo(100);
    }
}
