// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeIdTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef0123456789abcdef01234567";

    static Stream<String> hostileNames() {
        return Stream.of(
                "",
                "-",
                "--help",
                "-rf /",
                "../../etc/passwd",
                "..",
                "/",
                "a/b",
                "a b",
                "a;reboot",
                "$(id)",
                "pvmove",
                "pvmove0",
                "pvmover-of-volumes",
                "äöü€",
                "\uD83D\uDE00 volume",
                "a\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00",
                "name\nwith\0control",
                "v".repeat(128),
                "€".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void any_name_becomes_a_name_that_is_safe_everywhere(String name) {
        for (VolumeId id : List.of(VolumeId.ofName(name), VolumeId.ofInlineHandle(name))) {
            assertThat(id.value()).hasSizeLessThanOrEqualTo(63);
            assertThat(id.value()).matches("[A-Za-z0-9][A-Za-z0-9-]*").doesNotStartWith("pvmove");
            assertThat(VolumeId.parse(id.value())).contains(id);
        }
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void the_same_name_gives_the_same_id(String name) {
        assertThat(VolumeId.ofName(name)).isEqualTo(VolumeId.ofName(name));
        assertThat(VolumeId.ofInlineHandle(name)).isEqualTo(VolumeId.ofInlineHandle(name));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void an_inline_volume_never_has_the_id_of_a_persistent_one(String handle) {
        assertThat(Stream.of(handle, "inline\0" + handle, "\u00ff" + handle, "inline" + handle)
                        .map(VolumeId::ofName))
                .doesNotContain(VolumeId.ofInlineHandle(handle));
        assertThat(VolumeId.ofInlineHandle("inline-x")).isNotEqualTo(VolumeId.ofName("inline\0inline-x"));
    }

    @Test
    void names_that_look_alike_get_different_ids() {
        List<String> names = List.of("a/b", "a_b", "a.b", "axb", "a/b ", "A/b");
        assertThat(names.stream().map(VolumeId::ofName)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "pvc-1234, pvc-12",
        "x, x",
        "'', x",
        "-a, xa",
        "---, x--",
        "pvmove1, pvmovx",
        "pvmov, pvmov",
        "a_b.c/d, axbxcx"
    })
    void starts_with_what_people_recognise(String name, String prefix) {
        assertThat(VolumeId.ofName(name).value()).matches(prefix + "-[0-9a-f]{56}");
    }

    @Test
    void keeps_the_ids_of_the_archived_driver() {
        assertThat(VolumeId.ofName("pvc-1").value())
                .isEqualTo("pvc-1-b7783e87d0854d7b8710b12bdd62be86b775ae5a7cf1bcffaee31b2a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pvc-1",
                HASH,
                "-" + HASH,
                "-a-" + HASH,
                "pvmove-" + HASH,
                "toolong-" + HASH,
                "a_b-" + HASH,
                "../-" + HASH,
                "a-" + HASH + "0",
                "a-0123456789ABCDEF0123456789abcdef0123456789abcdef01234567",
                "a-" + HASH + "\n",
                " a-" + HASH,
                "\u00e4-" + HASH
            })
    void refuses_what_is_no_id(String text) {
        assertThat(VolumeId.parse(text)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new VolumeId(text));
    }

    @Test
    void is_ordered_and_printed_by_its_text() {
        VolumeId a = new VolumeId("a-" + HASH);
        VolumeId b = new VolumeId("b-" + HASH);
        assertThat(a).isLessThan(b).hasToString("a-" + HASH);
    }
}
