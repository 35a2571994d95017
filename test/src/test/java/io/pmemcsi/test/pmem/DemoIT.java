// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.Script;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code make demo} shows. */
@Tag(Guest.TAG)
final class DemoIT {
    @Test
    void memcached_keeps_its_cache_in_logical_volumes() {
        demo("lvm");
    }

    @Test
    void memcached_keeps_its_cache_in_namespaces() {
        demo("direct");
    }

    private static void demo(String mode) {
        assertThat(Script.run("test/demo/guest", mode)).contains("STATX_ATTR_DAX", "Both claims hold");
    }
}
