// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class VolumeParametersTest {
    private static VolumeParameters ofClass(Map<String, String> given) {
        return VolumeParameters.parse(Origin.STORAGE_CLASS, given);
    }

    private static VolumeParameters inline(Map<String, String> given) {
        return VolumeParameters.parse(Origin.INLINE, given);
    }

    @ParameterizedTest
    @EnumSource(Origin.class)
    void nothing_given_is_nothing_set(Origin origin) {
        VolumeParameters nothing = new VolumeParameters(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(VolumeParameters.parse(origin, Map.of())).isEqualTo(nothing);
    }

    @ParameterizedTest
    @CsvSource({
        "eraseafter, true, true",
        "eraseafter, false, false",
        "eraseAfter, true, true",
        "eraseAfter, false, false",
        "eraseafter, 1, true",
        "eraseafter, 0, false",
        "eraseafter, T, true",
        "eraseafter, F, false",
        "eraseafter, t, true",
        "eraseafter, f, false",
        "eraseafter, TRUE, true",
        "eraseafter, FALSE, false",
        "eraseafter, True, true",
        "eraseafter, False, false"
    })
    void erase_after_is_read_in_both_spellings(String key, String value, boolean expected) {
        assertThat(ofClass(Map.of(key, value)).eraseAfter()).contains(expected);
        assertThat(inline(Map.of(key, value)).eraseAfter()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, f"})
    void both_spellings_together_must_agree(String first, String second) {
        assertThat(ofClass(Map.of("eraseafter", first, "eraseAfter", second)).eraseAfter())
                .isPresent();
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of("eraseafter", "true", "eraseAfter", "false")))
                .contains("eraseafter", "eraseAfter", "true", "false");
    }

    @ParameterizedTest
    @CsvSource({"AppDirect, APP_DIRECT", "FileIO, FILE_IO", "'', APP_DIRECT"})
    void usage_is_read(String value, Usage expected) {
        assertThat(ofClass(Map.of("usage", value)).usage()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"required, REQUIRED", "preferred, PREFERRED", "never, NEVER"})
    void dax_policy_is_read(String value, DaxPolicy expected) {
        assertThat(ofClass(Map.of("daxPolicy", value)).dax()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"ext4, EXT4", "xfs, XFS"})
    void the_file_system_is_read(String value, FsType expected) {
        assertThat(ofClass(Map.of("csi.storage.k8s.io/fstype", value)).fsType()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"200Mi, 209715200", "1, 1", "1G, 1000000000", "1.5Ki, 1536"})
    void inline_volumes_have_a_size(String value, long bytes) {
        assertThat(inline(Map.of("size", value)).size()).contains(ByteSize.of(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "eraseafter, yes, 'true, false'",
        "eraseafter, '', 'true, false'",
        "eraseAfter, 2, 'true, false'",
        "usage, appdirect, 'AppDirect, FileIO'",
        "usage, Memory, 'AppDirect, FileIO'",
        "daxPolicy, always, 'required, preferred, never'",
        "daxPolicy, '', 'required, preferred, never'",
        "csi.storage.k8s.io/fstype, btrfs, 'ext4, xfs'",
        "kataContainers, true, 'false; images for Kata Containers'",
        "kataContainers, maybe, 'true, false'",
        "persistencyModel, cache, 'normal, none'"
    })
    void a_bad_value_is_refused_naming_key_value_and_what_is_allowed(String key, String value, String allowed) {
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of(key, value)))
                .startsWith("parameters[" + key + "]: \"" + value + "\"")
                .contains("allowed are: " + allowed);
        assertFails(FailureKind.INVALID_REQUEST, () -> inline(Map.of(key, value)))
                .startsWith("volume_context[" + key + "]: \"" + value + "\"");
    }

    @ParameterizedTest
    @CsvSource({"0", "''", "-1", "-1Mi", "abc", "1 Mi", "1MiB", "99999999999999999999"})
    void a_bad_size_is_refused(String value) {
        assertFails(FailureKind.INVALID_REQUEST, () -> inline(Map.of("size", value)))
                .contains("volume_context[size]", "\"" + value + "\"", "200Mi");
    }

    @Test
    void a_storage_class_has_no_size() {
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of("size", "200Mi")))
                .contains("unknown key \"size\"");
    }

    @ParameterizedTest
    @CsvSource({"Usage", "eraseAFTER", "daxpolicy", "replication", "''", "csi.storage.k8s.io", "fstype"})
    void an_unknown_key_is_refused_naming_the_known_ones(String key) {
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of(key, "some")))
                .contains("unknown key \"" + key + "\" with value \"some\"")
                .contains("daxPolicy, eraseafter, kataContainers, persistencyModel, usage")
                .doesNotContain("size");
        assertFails(FailureKind.INVALID_REQUEST, () -> inline(Map.of(key, "some")))
                .contains(", size");
    }

    @Test
    void what_kubernetes_adds_is_ignored() {
        Map<String, String> added = Map.of(
                "csi.storage.k8s.io/pod.name", "p",
                "csi.storage.k8s.io/ephemeral", "true",
                "csi.storage.k8s.io/serviceAccount.tokens", "secret",
                "csi.storage.k8s.io/pvc/name", "c");
        assertThat(ofClass(added)).isEqualTo(ofClass(Map.of()));
        assertThat(inline(added)).isEqualTo(inline(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"kataContainers, false", "kataContainers, 0", "persistencyModel, normal", "persistencyModel, none"})
    void parameters_of_the_archived_driver_are_accepted_where_they_change_nothing(String key, String value) {
        assertThat(ofClass(Map.of(key, value))).isEqualTo(ofClass(Map.of()));
    }

    @Test
    void dax_cannot_be_required_for_file_io() {
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of("usage", "FileIO", "daxPolicy", "required")))
                .contains("daxPolicy", "required", "FileIO");
        assertThat(ofClass(Map.of("usage", "FileIO", "daxPolicy", "preferred")).dax())
                .contains(DaxPolicy.PREFERRED);
        assertThat(ofClass(Map.of("usage", "AppDirect", "daxPolicy", "required"))
                        .dax())
                .contains(DaxPolicy.REQUIRED);
    }

    @Test
    void hostile_text_is_cut_and_cleaned_in_the_message() {
        String hostile = "x\n\u0000\u001b[31m" + "y".repeat(10_000);
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of("usage", hostile)))
                .hasSizeLessThan(400)
                .contains("x???[31m")
                .doesNotContainPattern("\\p{Cntrl}");
        assertFails(FailureKind.INVALID_REQUEST, () -> ofClass(Map.of(hostile, hostile)))
                .hasSizeLessThan(600)
                .doesNotContainPattern("\\p{Cntrl}");
    }
}
