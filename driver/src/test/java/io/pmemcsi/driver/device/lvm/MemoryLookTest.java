// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MemoryLookTest {
    @Test
    void what_cannot_be_looked_at_counts_as_content() {
        assertThat(MemoryLook.unlessUnreadable(() -> {
                    throw new NativeCallException("open(/dev/pmem1)", Errno.ENOENT);
                }))
                .hasValueSatisfying(text -> assertThat(text).contains("cannot be read", "open(/dev/pmem1)", "ENOENT"));
        assertThat(MemoryLook.unlessUnreadable(Optional::empty)).isEmpty();
        assertThat(MemoryLook.unlessUnreadable(() -> Optional.of("xfs"))).hasValue("xfs");
    }
}
