// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeRecords;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeTraits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeRecordJsonTest {
    private static final String GOOD = VolumeRecordJson.write(VolumeRecords.full("one"));

    /** Every combination of the fields that may be absent. */
    static Stream<VolumeRecord> shapes() {
        Publication one = new Publication(Path.of("/pods/a \"quoted\" \\ mount"), true, AccessMode.SINGLE_NODE_WRITER);
        Publication two = new Publication(Path.of("/pods/b"), false, AccessMode.SINGLE_NODE_SINGLE_WRITER)
                .withFlags(List.of("noatime", "context=a:b:c:s0:c1,c2"));
        Publication three = Publication.adopted(Path.of("/pods/c"), true);
        Staging known = new Staging(Path.of("/stage"), Optional.of(List.of("ro")));
        Staging unknown = new Staging(Path.of("/stage"), Optional.empty());
        List<VolumeRecord> shapes = new ArrayList<>();
        for (Optional<String> name : List.of(Optional.<String>empty(), Optional.of("pvc <\u00e9> \u2028 \"x\""))) {
            for (Optional<Boolean> dax : List.of(Optional.<Boolean>empty(), Optional.of(true), Optional.of(false))) {
                for (Optional<Staging> staging :
                        List.of(Optional.<Staging>empty(), Optional.of(known), Optional.of(unknown))) {
                    for (List<Publication> pods :
                            List.of(List.<Publication>of(), List.of(one), List.of(one, two, three))) {
                        shapes.add(shape(name, dax, staging, pods));
                    }
                }
            }
        }
        return shapes.stream();
    }

    private static VolumeRecord shape(
            Optional<String> name, Optional<Boolean> dax, Optional<Staging> staging, List<Publication> publications) {
        return new VolumeRecord(
                VolumeId.ofName("one"),
                name,
                Lifecycle.EPHEMERAL,
                VolumeState.DELETING,
                new VolumeTraits(AccessType.BLOCK, FsType.XFS, Usage.FILE_IO, DaxPolicy.NEVER, false),
                ByteSize.of(Long.MAX_VALUE),
                true,
                dax,
                staging,
                publications,
                12_345,
                VolumeRecords.CREATED);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void what_is_written_is_read(VolumeRecord volume) throws Exception {
        assertThat(VolumeRecordJson.read(VolumeRecordJson.write(volume))).isEqualTo(volume);
    }

    static Stream<VolumeTraits> traits() {
        List<VolumeTraits> all = new ArrayList<>();
        for (AccessType access : AccessType.values()) {
            for (FsType fsType : FsType.values()) {
                for (Usage usage : Usage.values()) {
                    for (DaxPolicy dax : DaxPolicy.values()) {
                        all.add(new VolumeTraits(access, fsType, usage, dax, true));
                        all.add(new VolumeTraits(access, fsType, usage, dax, false));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("traits")
    void all_traits_are_read_back(VolumeTraits traits) throws Exception {
        for (Lifecycle lifecycle : Lifecycle.values()) {
            VolumeRecord volume =
                    VolumeRecord.creating(VolumeId.ofName("one"), "one", lifecycle, traits, VolumeRecords.CREATED);
            assertThat(VolumeRecordJson.read(VolumeRecordJson.write(volume))).isEqualTo(volume);
        }
    }

    @Test
    void the_format_is_stable() {
        assertThat(VolumeRecordJson.write(VolumeRecords.creating("one").ready(ByteSize.mebibytes(1))))
                .isEqualToIgnoringWhitespace("""
                        {"schema": 1, "id": "%s", "name": "one", "lifecycle": "PERSISTENT", "state": "READY",
                         "traits": {"access": "MOUNT", "fsType": "ext4", "usage": "AppDirect", "dax": "required",
                                    "eraseAfter": true},
                         "size": 1048576, "formatted": false, "publications": [], "erased": 0,
                         "created": "2026-11-23T04:05:06.789Z"}
                        """.formatted(VolumeId.ofName("one")));
    }

    @Test
    void a_newer_schema_is_told_apart_from_damage() {
        assertThatExceptionOfType(NewerSchemaException.class)
                .isThrownBy(() -> VolumeRecordJson.read("{\"schema\": 2, \"anything\": []}"))
                .withMessageContaining("version 2")
                .withMessageContaining("up to 1");
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"schema\": 1          | \"schema\": 0",
                "\"schema\": 1          | \"schema\": \"1\"",
                "\"schema\": 1          | \"schema\": 1.5",
                "\"schema\": 1          | \"schema\": 1, \"colour\": \"blue\"",
                "\"id\": \"one-         | \"id\": \"../one-",
                "\"name\": \"one\"      | \"name\": 1",
                "\"name\": \"one\"      | \"name\": null",
                "\"PERSISTENT\"         | \"ETERNAL\"",
                "\"READY\"              | \"ready\"",
                "\"MOUNT\"              | \"TAPE\"",
                "\"ext4\"               | \"ext5\"",
                "\"AppDirect\"          | \"APP_DIRECT\"",
                "\"required\"           | \"REQUIRED\"",
                "\"eraseAfter\": true   | \"eraseAfter\": \"true\"",
                "\"eraseAfter\": true   | \"eraseAfter\": true, \"more\": 1",
                "\"size\": 67108864     | \"size\": -1",
                "\"size\": 67108864     | \"size\": 1e30",
                "\"size\": 67108864     | \"size\": 9223372036854775808",
                "\"size\":              | \"sise\":",
                "\"formatted\": true    | \"formatted\": 1",
                "\"daxActive\": false   | \"daxActive\": \"no\"",
                "\"path\": \"           | \"path\": \"\\u0000",
                "\"path\": \"           | \"more\": 1, \"path\": \"",
                "\"noatime\"            | 7",
                "\"flags\": []          | \"flags\": \"\"",
                "\"target\":            | \"goal\":",
                "\"readOnly\": true     | \"readOnly\": null",
                "\"readOnly\": true     | \"readOnly\": true, \"more\": 1",
                "\"SINGLE_NODE_MULTI_WRITER\" | \"MULTI_NODE\"",
                "\"erased\": 4096       | \"erased\": {}",
                "2026-11-23T            | yesterday",
            })
    void damage_is_noticed(String good, String bad) {
        assertThat(GOOD).contains(good);
        assertThatExceptionOfType(DamagedRecordException.class)
                .isThrownBy(() -> VolumeRecordJson.read(GOOD.replace(good, bad)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{}", "{\"schema\":1}", "{schema:1}", "{\"traits\": [}"})
    void other_texts_are_damage(String text) {
        assertThatExceptionOfType(DamagedRecordException.class).isThrownBy(() -> VolumeRecordJson.read(text));
    }

    @Test
    void a_cut_text_is_damage_wherever_it_was_cut() {
        String text = GOOD.strip();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatExceptionOfType(DamagedRecordException.class).isThrownBy(() -> VolumeRecordJson.read(cut));
        }
    }

    @Test
    void text_after_the_record_is_damage() {
        assertThatExceptionOfType(DamagedRecordException.class).isThrownBy(() -> VolumeRecordJson.read(GOOD + GOOD));
    }
}
