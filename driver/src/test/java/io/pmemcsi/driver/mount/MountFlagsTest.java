// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ro | rw | ro, rw",
                "noexec | exec | exec, noexec",
                "relatime | noatime | noatime, relatime, strictatime",
                "strictatime | noatime | noatime, relatime, strictatime",
                "nodiscard | discard | discard, nodiscard",
                "context=a:b:c:s0 | context=a:b:d:s0 | context=a:b:c:s0, context=a:b:d:s0"
            })
    void flags_that_contradict_each_other_are_refused_with_what_is_allowed(String one, String other, String allowed) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> MountFlags.parse(List.of("nosuid", one, other)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
                .withMessageStartingWith("mount_flags: ")
                .withMessageContaining("\"" + one + "\"")
                .withMessageContaining("\"" + other + "\"")
                .withMessageEndingWith("; allowed is one of: " + allowed);
    }

    @Test
    void flags_may_be_repeated_and_the_defaults_may_be_changed() {
        assertThat(MountFlags.parse(List.of("defaults", "ro", "ro", "nodiratime", "noatime", "lazytime"))
                        .texts())
                .containsExactly("lazytime", "noatime", "nodiratime", "ro");
    }
}
