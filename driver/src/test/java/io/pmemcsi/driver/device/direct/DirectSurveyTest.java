// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.PersistenceDomain;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DirectSurveyTest {
    private static final String VOLUME = VolumeId.ofName("v").value();

    private static Region region(boolean enabled, boolean readOnly, boolean labelled, List<String> dimms) {
        return new Region(
                "region0",
                "ndbus0",
                "ACPI.NFIT",
                "pmem",
                1L << 30,
                1L << 30,
                1L << 30,
                16L << 20,
                1,
                0,
                PersistenceDomain.UNKNOWN,
                readOnly,
                enabled,
                labelled,
                dimms);
    }

    private static Namespace namespace(String name, NamespaceMode mode, boolean rawMode, boolean enabled) {
        return new Namespace(
                "namespace0.0",
                "region0",
                name,
                new UUID(1, 2),
                mode,
                rawMode,
                1L << 29,
                1L << 29,
                0,
                Optional.empty(),
                enabled,
                true);
    }

    private static List<Remark> obstacles(Namespace namespace) {
        Region region = region(true, false, true, List.of("nmem0"));
        return new DirectSurvey(List.of(region), List.of(namespace)).obstacles();
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, true, nmem0, is disabled, ndctl enable-region region0",
        "true, true, true, nmem0, is read-only, echo 0 >/sys/bus/nd/devices/region0/read_only",
        "true, false, false, nmem0, not initialised, ndctl init-labels nmem0",
        "true, false, false, , no modules, device mode lvm"
    })
    void a_region_that_cannot_be_divided_says_why(
            boolean enabled, boolean readOnly, boolean labelled, String dimm, String finding, String cure) {
        List<String> dimms = Optional.ofNullable(dimm).map(List::of).orElse(List.of());
        Region region = region(enabled, readOnly, labelled, dimms);
        DirectSurvey survey = new DirectSurvey(List.of(region), List.of());
        assertThat(survey.hasUsableRegion()).isFalse();
        assertThat(survey.obstacles()).singleElement().satisfies(remark -> {
            assertThat(remark.object()).isEqualTo("region0");
            assertThat(remark.finding()).contains(finding);
            assertThat(remark.cure()).contains(cure);
        });
        assertThat(Unlabelled.explain(List.of(region))).startsWith("region0 ").contains(finding, cure);
    }

    @Test
    void a_region_with_labels_can_be_used() {
        Region region = region(true, false, true, List.of("nmem0"));
        DirectSurvey survey = new DirectSurvey(List.of(region), List.of());
        assertThat(survey.hasUsableRegion()).isTrue();
        assertThat(survey.obstacles()).isEmpty();
    }

    @Test
    void a_namespace_that_is_no_volume_is_left_alone() {
        assertThat(obstacles(namespace("pmem-csi", NamespaceMode.FSDAX, false, true)))
                .containsExactly(
                        new Remark(
                                "namespace0.0",
                                "takes space of region0 and is no volume, but named 'pmem-csi': it is left alone",
                                "if nobody needs what is on it, which is lost then: ndctl destroy-namespace --force namespace0.0"));
    }

    @Test
    void a_volume_is_wrong_only_when_it_has_lost_its_description() {
        assertThat(obstacles(namespace(VOLUME, NamespaceMode.FSDAX, false, true)))
                .isEmpty();
        assertThat(obstacles(namespace(VOLUME, NamespaceMode.RAW, true, true)))
                .as("being erased")
                .isEmpty();
        assertThat(obstacles(namespace(VOLUME, NamespaceMode.UNKNOWN, false, false)))
                .isEmpty();
        assertThat(obstacles(namespace(VOLUME, NamespaceMode.RAW, false, true)))
                .singleElement()
                .satisfies(remark -> assertThat(remark.finding()).contains("has lost the block", VOLUME));
    }
}
