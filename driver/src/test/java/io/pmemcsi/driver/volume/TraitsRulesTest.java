// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraitsRulesTest {
    private static final DeviceTraits PMEM = new DeviceTraits("lvm", true, true, false, Optional.empty());
    private static final DeviceTraits PLAIN = new DeviceTraits("emulated", false, true, true, Optional.empty());

    private static VolumeWish wish(String key, String value) {
        Map<String, String> given = new HashMap<>();
        if (!value.isEmpty()) {
            given.put(key, value);
        }
        return new VolumeWish(AccessType.MOUNT, Optional.empty(), VolumeParameters.parse(Origin.STORAGE_CLASS, given));
    }

    @ParameterizedTest(name = "usage {0}, daxPolicy {1}: {2} with DAX, {3} without")
    @CsvSource({
        "AppDirect, '', REQUIRED, PREFERRED",
        "AppDirect, preferred, PREFERRED, PREFERRED",
        "AppDirect, never, NEVER, NEVER",
        "FileIO, '', NEVER, NEVER",
        "FileIO, preferred, PREFERRED, PREFERRED",
        "FileIO, never, NEVER, NEVER"
    })
    void dax_follows_from_usage_and_device(String usage, String policy, DaxPolicy pmem, DaxPolicy plain) {
        Map<String, String> given = new HashMap<>(Map.of("usage", usage));
        if (!policy.isEmpty()) {
            given.put("daxPolicy", policy);
        }
        assertThat(TraitsRules.traits(Wishes.mount(given), PMEM).dax()).isEqualTo(pmem);
        assertThat(TraitsRules.traits(Wishes.mount(given), PLAIN).dax()).isEqualTo(plain);
    }

    @Test
    void dax_cannot_be_required_where_there_is_none() {
        VolumeWish required = wish("daxPolicy", "required");
        assertThat(TraitsRules.traits(required, PMEM).dax()).isEqualTo(DaxPolicy.REQUIRED);
        assertFails(FailureKind.INVALID_REQUEST, () -> TraitsRules.traits(required, PLAIN))
                .contains("daxPolicy", "required", "emulated", "preferred, never");
    }

    @ParameterizedTest(name = "capability \"{0}\", parameter \"{1}\": {2}")
    @CsvSource({"'', '', EXT4", "xfs, '', XFS", "'', xfs, XFS", "xfs, xfs, XFS", "ext4, ext4, EXT4"})
    void the_file_system_is_that_of_either_source(String capability, String parameter, FsType expected) {
        VolumeParameters parameters =
                wish("csi.storage.k8s.io/fstype", parameter).parameters();
        VolumeWish wish = new VolumeWish(AccessType.MOUNT, FsType.named(capability), parameters);
        assertThat(TraitsRules.traits(wish, PMEM).fsType()).isEqualTo(expected);
    }

    @Test
    void two_file_systems_are_a_contradiction() {
        VolumeParameters xfs = wish("csi.storage.k8s.io/fstype", "xfs").parameters();
        VolumeWish wish = new VolumeWish(AccessType.MOUNT, Optional.of(FsType.EXT4), xfs);
        assertFails(FailureKind.INVALID_REQUEST, () -> TraitsRules.traits(wish, PMEM))
                .contains("ext4", "xfs", "csi.storage.k8s.io/fstype");
    }

    @Test
    void content_is_erased_unless_that_is_refused() {
        assertThat(TraitsRules.traits(wish("eraseafter", ""), PMEM).eraseAfter())
                .isTrue();
        assertThat(TraitsRules.traits(wish("eraseafter", "false"), PMEM).eraseAfter())
                .isFalse();
    }

    @Test
    void only_file_systems_have_a_minimum() {
        assertThat(TraitsRules.minimum(TraitsRules.traits(Wishes.block(), PMEM)))
                .isEqualTo(ByteSize.ZERO);
        assertThat(TraitsRules.minimum(TraitsRules.traits(Wishes.mount(FsType.XFS), PMEM)))
                .isEqualTo(FsType.XFS.minimum());
    }

    @Test
    void zero_stands_for_any_size() {
        TraitsRules.checkSize(SizeRange.ANY, TraitsRules.traits(Wishes.mount(), PMEM));
        TraitsRules.checkSize(Wishes.between(0, 16), TraitsRules.traits(Wishes.mount(), PMEM));
        assertFails(
                        FailureKind.SIZE_UNSUPPORTED,
                        () -> TraitsRules.checkSize(
                                SizeRange.atLeast(ByteSize.of(1)), TraitsRules.traits(Wishes.mount(), PMEM)))
                .startsWith("capacity_range:");
    }

    @Test
    void a_size_that_is_too_small_is_told_about_the_field_it_came_from() {
        var traits = TraitsRules.traits(Wishes.mount(), PMEM);
        assertFails(
                        FailureKind.SIZE_UNSUPPORTED,
                        () -> TraitsRules.checkSize("volume_context[size]", SizeRange.atLeast(ByteSize.of(1)), traits))
                .startsWith("volume_context[size]:");
    }
}
