// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunningTest {
    private final List<String> stopped = new ArrayList<>();
    private final Running running = new Running();

    @Test
    void stops_in_reverse_start_order_and_only_once() {
        running.add(() -> stopped.add("first"));
        running.add(() -> stopped.add("second"));
        running.close();
        running.close();
        assertThat(stopped).containsExactly("second", "first");
    }

    @Test
    void stops_everything_and_loses_no_failure() {
        running.add(() -> stopped.add("first"));
        running.add(() -> {
            throw new IllegalArgumentException("second");
        });
        running.add(() -> {
            throw new IllegalArgumentException("third");
        });
        Throwable failure = catchThrowable(running::close);
        assertThat(failure).isInstanceOf(IllegalStateException.class);
        assertThat(failure.getSuppressed()).extracting(Throwable::getMessage).containsExactly("third", "second");
        assertThat(stopped).containsExactly("first");
    }

    @Test
    void keeps_an_interruption() {
        running.add(() -> {
            throw new InterruptedException();
        });
        assertThatIllegalStateException().isThrownBy(running::close);
        assertThat(Thread.interrupted()).isTrue();
    }
}
