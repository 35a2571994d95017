// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.Script;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** csi-sanity against both modes of persistent memory; {@code make sanity} has the other combinations. */
@Tag(Guest.TAG)
final class SanityIT {
    @Test
    void csi_sanity_finds_nothing() {
        String _ = Script.run("test/sanity/guest", "lvm", "mount", "direct", "block");
    }
}
