// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamespaceSpecTest {
    private static final UUID UUID_1 = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    private static NamespaceSpec spec(String name, NamespaceMode mode, long size) {
        return new NamespaceSpec("region0", name, UUID_1, mode, size);
    }

    @Test
    void a_name_of_63_characters_is_the_longest() {
        assertThat(spec("n".repeat(63), NamespaceMode.FSDAX, 1).name()).hasSize(63);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec("n".repeat(64), NamespaceMode.FSDAX, 1))
                .withMessageContaining("63");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "tab\t", "ümlaut"})
    void a_name_that_no_label_holds_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> spec(name, NamespaceMode.FSDAX, 1));
    }

    @Test
    void only_what_can_be_made_is_accepted() {
        assertThat(spec("n", NamespaceMode.SECTOR, 1).mode()).isEqualTo(NamespaceMode.SECTOR);
        assertThatIllegalArgumentException().isThrownBy(() -> spec("n", NamespaceMode.DEVDAX, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> spec("n", NamespaceMode.RAW, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> spec("n", NamespaceMode.FSDAX, 0));
    }

    @Test
    void uuids_are_in_the_order_in_which_they_are_printed() {
        byte[] bytes = Uuids.bytes(UUID_1);
        assertThat(bytes).startsWith(0x00, 0x11, 0x22, 0x33).endsWith(0xcc, 0xdd, 0xee, 0xff);
        assertThat(Uuids.of(bytes)).isEqualTo(UUID_1);
    }

    @Test
    void numbers_of_the_library_have_their_meaning() {
        assertThat(Snapshot.bareMode(0)).isEqualTo(NamespaceMode.FSDAX_MEM);
        assertThat(Snapshot.bareMode(2)).isEqualTo(NamespaceMode.RAW);
        assertThat(Snapshot.bareMode(99)).isEqualTo(NamespaceMode.UNKNOWN);
        assertThat(PersistenceDomain.of(10)).isEqualTo(PersistenceDomain.MEMORY_CONTROLLER);
        assertThat(PersistenceDomain.of(Integer.MAX_VALUE)).isEqualTo(PersistenceDomain.UNKNOWN);
    }
}
