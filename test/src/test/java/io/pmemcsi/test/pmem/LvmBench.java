// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestTests;
import org.junit.jupiter.api.Test;

/** Figures for the decision how LVM is called (docs/adr/0009); part of {@code make bench}. */
final class LvmBench {
    @Test
    void ways_to_call_lvm() {
        try (Guest guest = Guest.start("--nvdimm", "1G", "--labels", "yes")) {
            guest.sh("ndctl create-namespace -m fsdax -M dev -a 2M -n pmem-csi");
            System.out.println(GuestTests.into(guest).run(LvmCostOnPmem.class));
        }
    }
}
