// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SizeRuleTest {
    private static final SizeRule RULE = new SizeRule(ByteSize.of(10), ByteSize.of(105));

    private static DeviceRequest request(long required, long limit, long minimum) {
        SizeRange range =
                new SizeRange(ByteSize.of(required), limit == 0 ? Optional.empty() : Optional.of(ByteSize.of(limit)));
        return new DeviceRequest(range, ByteSize.of(minimum), Usage.FILE_IO);
    }

    @ParameterizedTest(name = "required {0}, limit {1}, minimum {2}: {3}")
    @CsvSource({"0, 0, 0, 10", "1, 0, 0, 10", "10, 10, 0, 10", "11, 20, 0, 20", "0, 0, 31, 40", "100, 0, 0, 100"})
    void chooses_the_smallest_multiple_that_is_enough(long required, long limit, long minimum, long expected) {
        assertThat(RULE.choose(request(required, limit, minimum))).isEqualTo(ByteSize.of(expected));
    }

    @ParameterizedTest(name = "required {0}, limit {1}, minimum {2}")
    @CsvSource({"11, 19, 0", "0, 9, 0", "0, 30, 31", "101, 0, 0", "106, 0, 0", "9223372036854775807, 0, 0"})
    void refuses_what_no_device_can_have(long required, long limit, long minimum) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RULE.choose(request(required, limit, minimum)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.SIZE_UNSUPPORTED));
    }

    @Test
    void a_size_fits_between_requirement_and_limit() {
        assertThat(SizeRule.fits(ByteSize.of(20), request(20, 20, 20))).isTrue();
        assertThat(SizeRule.fits(ByteSize.of(19), request(20, 0, 0))).isFalse();
        assertThat(SizeRule.fits(ByteSize.of(21), request(0, 20, 0))).isFalse();
        assertThat(SizeRule.fits(ByteSize.of(19), request(0, 0, 20))).isFalse();
    }
}
