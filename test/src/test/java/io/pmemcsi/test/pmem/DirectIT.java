// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestTests;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The suites of the ports on namespaces of persistent memory, in one guest. */
@Tag(Guest.TAG)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DirectIT {
    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private Guest guest;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private GuestTests tests;

    @BeforeAll
    void start() {
        guest = Guest.start("--nvdimm", "1G", "--labels", "yes");
        tests = GuestTests.into(guest);
    }

    @AfterAll
    void stop() {
        guest.close();
    }

    @Test
    void devices() {
        tests.run(DirectDeviceManagerOnPmem.class);
    }

    @Test
    void mounts() {
        tests.run(DirectMounterOnPmem.class);
    }
}
