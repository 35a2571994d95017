// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetRulesTest {
    private final TargetRules rules = new TargetRules(List.of(Path.of("/var/lib"), Path.of("/var/lib/kubelet")));

    @ParameterizedTest
    @CsvSource({
        "/var/lib/kubelet/pods/x/mount, /var/lib/kubelet, pods/x, mount",
        "/var/lib/kubelet/x, /var/lib/kubelet, '', x",
        "/var/lib/kubelet, /var/lib, '', kubelet",
        "/var/lib/other/x, /var/lib, other, x"
    })
    void a_target_is_taken_apart_below_the_closest_root(Path target, Path root, String parent, String name) {
        assertThat(rules.place(target)).isEqualTo(new TargetRules.Place(root, Path.of(parent), name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "/",
                "/var",
                "/var/lib",
                "/var/library/x",
                "/var/lib/../x",
                "/var/lib/kubelet/..",
                "/var/lib/./x"
            })
    void other_targets_are_refused(String target) {
        assertThatThrownBy(() -> rules.place(Path.of(target)))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
                .hasMessageContaining(target);
    }

    @Test
    void a_name_that_no_file_system_takes_is_refused() {
        assertThatThrownBy(() -> rules.place(Path.of("/var/lib/" + "x".repeat(256))))
                .hasMessageContaining("more than 255");
    }

    @Test
    void roots_are_absolute_and_normalised() {
        assertThatThrownBy(() -> new TargetRules(List.of(Path.of("kubelet"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TargetRules(List.of(Path.of("/var/../x"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
