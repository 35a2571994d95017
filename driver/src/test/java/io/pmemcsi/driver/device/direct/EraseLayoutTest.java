// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EraseLayoutTest {
    private static final long MIB = 1L << 20;
    private static final EraseLayout FSDAX = new EraseLayout(8192, 18 * MIB, 1004 * MIB, 1024 * MIB);
    private static final EraseLayout BARE = new EraseLayout(0, 0, 64 * MIB, 64 * MIB);

    private static List<EraseLayout.Span> steps(EraseLayout layout, long step) {
        List<EraseLayout.Span> spans = new ArrayList<>();
        for (long at = 0; at < layout.size(); at += step) {
            spans.addAll(layout.step(at, Math.min(at + step, layout.size())));
        }
        return spans;
    }

    private static void assertCovers(List<EraseLayout.Span> spans, long from, long to) {
        long at = from;
        for (EraseLayout.Span span : spans.stream()
                .sorted(Comparator.comparingLong(EraseLayout.Span::offset))
                .toList()) {
            assertThat(span.offset()).isEqualTo(at).isEqualTo(span.offset() / 4096 * 4096);
            at += span.length();
        }
        assertThat(at).isEqualTo(to);
    }

    @ParameterizedTest
    @ValueSource(longs = {4096 * 77, MIB, 64 * MIB, 4096 * MIB})
    void all_steps_together_cover_everything_but_the_description_once(long step) {
        assertCovers(steps(FSDAX, step), 8192, 1024 * MIB);
        assertCovers(steps(BARE, step), 0, 64 * MIB);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1004 * MIB - 4096})
    void no_step_touches_the_description(long from) {
        assertThat(FSDAX.step(from, from + 4096)).allMatch(span -> span.offset() >= 8192);
    }

    @Test
    void surroundings_are_what_is_not_data() {
        assertThat(FSDAX.surroundings())
                .containsExactly(
                        new EraseLayout.Span(8192, 18 * MIB - 8192), new EraseLayout.Span(1022 * MIB, 2 * MIB));
        assertThat(FSDAX.ending()).isEqualTo(new EraseLayout.Span(0, 8192));
        assertThat(BARE.surroundings()).isEmpty();
    }
}
