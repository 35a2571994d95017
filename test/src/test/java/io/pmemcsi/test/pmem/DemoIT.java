// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.Script;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code make demo} shows. */
@Tag(Guest.TAG)
final class DemoIT {
    @ParameterizedTest
    @ValueSource(strings = {"lvm", "direct"})
    void memcached_keeps_its_cache_in_persistent_memory(String mode) {
        assertThat(Script.run("test/demo/guest", mode)).contains("STATX_ATTR_DAX", "Both claims hold");
    }
}
