// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestTests;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bindings of libndctl, inside a machine with persistent memory. */
@Tag(Guest.TAG)
final class NdctlIT {
    @Test
    void namespaces_are_made_and_changed() {
        try (Guest guest = Guest.start("--nvdimm", "512M", "--nvdimm", "256M")) {
            GuestTests.into(guest).run(NdctlOnPmem.class);
        }
    }
}
