// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guest machine does what the tests on persistent memory rely on. */
@Tag(Guest.TAG)
@Tag(Guest.THOROUGH)
final class GuestIT {
    @Test
    void a_power_cut_loses_what_was_not_written_through_and_nothing_else(@TempDir Path here) throws IOException {
        byte[] random = new byte[100_000];
        new Random(42).nextBytes(random);
        Path file = Files.write(here.resolve("random"), random);
        try (Guest guest = Guest.start("--nvdimm", "256M", "--labels", "yes")) {
            assertThat(guest.run("echo out; echo err >&2; exit 7")).isEqualTo(new Guest.Result(7, "out\n", "err\n"));
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> guest.sh("echo why; false"))
                    .withMessageContaining("why");
            guest.put(file, "/root/copy");
            guest.sh(
                    "ndctl create-namespace -m fsdax -M dev -s 64M && dd if=/root/copy/random of=/dev/pmem0 conv=fsync");
            guest.sh("sync && echo lost >/root/copy/late");
            guest.cut();
            guest.restart();
            guest.sh("dd if=/dev/pmem0 of=/root/copy/medium bs=100000 count=1 && test ! -e /root/copy/late");
            guest.get("/root/copy", here);
        }
        assertThat(here.resolve("copy/random")).hasBinaryContent(random);
        assertThat(here.resolve("copy/medium")).hasBinaryContent(random);
    }
}
