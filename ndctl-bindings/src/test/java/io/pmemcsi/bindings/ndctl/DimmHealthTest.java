// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DimmHealthTest {
    @Test
    void only_what_the_module_calls_valid_is_reported() {
        DimmHealth all = DimmHealth.of(0b10_1111, 0, 41.5, 90, 12, 3);
        assertThat(all.state()).contains(DimmHealth.State.OK);
        assertThat(all.mediaTemperature()).hasValue(41.5);
        assertThat(all.sparesPercent()).hasValue(90);
        assertThat(all.lifeUsedPercent()).hasValue(12);
        assertThat(all.unsafeShutdowns()).hasValue(3);
        DimmHealth none = DimmHealth.of(0, 7, 41.5, 90, 12, 3);
        assertThat(none.state()).isEmpty();
        assertThat(none.mediaTemperature()).isEmpty();
        assertThat(none.sparesPercent()).isEmpty();
        assertThat(none.lifeUsedPercent()).isEmpty();
        assertThat(none.unsafeShutdowns()).isEmpty();
    }

    @Test
    void the_worst_state_counts() {
        assertThat(DimmHealth.of(1, 1, 0, 0, 0, 0).state()).contains(DimmHealth.State.NON_CRITICAL);
        assertThat(DimmHealth.of(1, 3, 0, 0, 0, 0).state()).contains(DimmHealth.State.CRITICAL);
        assertThat(DimmHealth.of(1, 7, 0, 0, 0, 0).state()).contains(DimmHealth.State.FATAL);
    }
}
