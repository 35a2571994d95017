// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MountFlagsTest {
    @Test
    void flags_that_mean_the_same_have_the_same_texts() {
        MountFlags flags = MountFlags.parse(List.of("sync", "ro", "context=\"a:b:c:s0:c1,c2\"", "noatime"));
        MountFlags same = MountFlags.parse(
                List.of("defaults", "noatime", "context=a:b:c:s0:c1,c2", "ro", "sync", "sync", "nodev"));
        assertThat(flags.texts()).containsExactly("context=a:b:c:s0:c1,c2", "noatime", "ro", "sync");
        assertThat(same.texts()).isEqualTo(flags.texts());
        assertThat(MountFlags.parse(List.of("rw", "relatime")).texts()).isEmpty();
    }
}
