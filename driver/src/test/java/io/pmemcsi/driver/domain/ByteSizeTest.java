// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteSizeTest {
    private static final ByteSize MOST = ByteSize.of(Long.MAX_VALUE);

    @Test
    void is_never_negative() {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.of(-1)).withMessageContaining("-1");
        assertThat(ByteSize.of(0)).isSameAs(ByteSize.ZERO);
        assertThat(ByteSize.ZERO.isZero()).isTrue();
        assertThat(ByteSize.of(1).isZero()).isFalse();
    }

    @Test
    void fails_instead_of_wrapping() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> MOST.plus(ByteSize.of(1)));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> ByteSize.mebibytes(Long.MAX_VALUE));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> MOST.roundUpTo(ByteSize.mebibytes(1)));
        assertThat(MOST.minusOrZero(ByteSize.of(1)).bytes()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @ParameterizedTest(name = "{0} in units of {1} is {2}, at least {3}")
    @CsvSource({"1, 4, 4, 0", "4, 4, 4, 4", "5, 4, 8, 4", "0, 4, 0, 0", "7, 1, 7, 7"})
    void rounds_to_the_alignment(long size, long unit, long up, long down) {
        assertThat(ByteSize.of(size).roundUpTo(ByteSize.of(unit)).bytes()).isEqualTo(up);
        assertThat(ByteSize.of(size).roundDownTo(ByteSize.of(unit)).bytes()).isEqualTo(down);
    }

    @Test
    void rounding_of_any_size_is_the_nearest_multiple() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < 1000; round++) {
            ByteSize size = ByteSize.of(random.nextLong(1L << 50));
            ByteSize unit = ByteSize.of(random.nextLong(1, 1L << 30));
            ByteSize up = size.roundUpTo(unit);
            ByteSize down = size.roundDownTo(unit);
            assertThat(up.bytes() % unit.bytes()).isZero();
            assertThat(down.bytes() % unit.bytes()).isZero();
            assertThat(up).isBetween(size, size.plus(unit).minusOrZero(ByteSize.of(1)));
            assertThat(down).isBetween(size.minusOrZero(unit), size);
        }
    }

    @Test
    void compares() {
        ByteSize one = ByteSize.of(1);
        ByteSize two = ByteSize.of(2);
        assertThat(one).isLessThan(two);
        assertThat(one.isBelow(two)).isTrue();
        assertThat(one.isBelow(one)).isFalse();
        assertThat(two.isAbove(one)).isTrue();
        assertThat(one.isAbove(one)).isFalse();
        assertThat(ByteSize.min(one, two)).isEqualTo(one);
        assertThat(ByteSize.min(two, one)).isEqualTo(one);
        assertThat(ByteSize.max(one, two)).isEqualTo(two);
        assertThat(ByteSize.max(two, one)).isEqualTo(two);
        assertThat(one.minusOrZero(two)).isEqualTo(ByteSize.ZERO);
        assertThat(two.minusOrZero(one)).isEqualTo(one);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "1, 1 bytes",
        "1023, 1023 bytes",
        "1024, 1Ki",
        "1025, 1025 bytes",
        "1536, 1536 bytes",
        "1048576, 1Mi",
        "1049600, 1025Ki",
        "67108864, 64Mi",
        "1073741824, 1Gi",
        "1610612736, 1536Mi",
        "1099511627776, 1Ti",
        "9223372036854775807, 9223372036854775807 bytes"
    })
    void is_printed_without_loss(long bytes, String text) {
        assertThat(ByteSize.of(bytes)).hasToString(text);
    }
}
