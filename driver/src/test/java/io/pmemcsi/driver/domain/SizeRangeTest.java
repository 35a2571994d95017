// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SizeRangeTest {
    private static SizeRange range(long least, long most) {
        return new SizeRange(ByteSize.mebibytes(least), Optional.of(ByteSize.mebibytes(most)));
    }

    @ParameterizedTest(name = "10 to 20 MiB holds {0} MiB: {1}")
    @CsvSource({"9, false", "10, true", "15, true", "20, true", "21, false", "0, false"})
    void holds_its_bounds(long mebibytes, boolean held) {
        assertThat(range(10, 20).contains(ByteSize.mebibytes(mebibytes))).isEqualTo(held);
    }

    @Test
    void without_a_limit_holds_everything_above() {
        assertThat(SizeRange.ANY.contains(ByteSize.ZERO)).isTrue();
        assertThat(SizeRange.ANY.contains(ByteSize.of(Long.MAX_VALUE))).isTrue();
        assertThat(SizeRange.atLeast(ByteSize.of(5)).contains(ByteSize.of(4))).isFalse();
        assertThat(SizeRange.atLeast(ByteSize.of(5)).contains(ByteSize.of(5))).isTrue();
    }

    @Test
    void refuses_a_limit_below_what_is_required() {
        StorageException failure = catchThrowableOfType(StorageException.class, () -> range(2, 1));
        assertThat(failure.kind()).isEqualTo(FailureKind.SIZE_UNSUPPORTED);
        assertThat(failure.text()).contains("limit_bytes 1Mi", "required_bytes 2Mi");
        assertThat(range(2, 2).contains(ByteSize.mebibytes(2))).isTrue();
    }

    @Test
    void is_printed_for_people() {
        assertThat(range(1, 2)).hasToString("from 1Mi to 2Mi");
        assertThat(SizeRange.atLeast(ByteSize.mebibytes(3))).hasToString("at least 3Mi");
    }
}
