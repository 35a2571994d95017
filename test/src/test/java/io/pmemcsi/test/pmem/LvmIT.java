// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestTests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The suites of the ports on logical volumes on persistent memory, in one guest. */
@Tag(Guest.TAG)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LvmIT {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private Guest guest;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private GuestTests tests;

    @BeforeAll
    void start() {
        guest = Guest.start("--nvdimm", "2G", "--nvdimm", "1G", "--labels", "yes");
        guest.sh(
                "for region in 0 1; do ndctl create-namespace -r region$region -m fsdax -M dev -a 2M -n pmem-csi; done");
        tests = GuestTests.into(guest);
    }

    @AfterAll
    void stop() {
        guest.close();
    }

    @Test
    void devices() {
        tests.run(LvmDeviceManagerOnPmem.class);
    }

    @Test
    void mounts() {
        tests.run(LvmMounterOnPmem.class);
    }
}
