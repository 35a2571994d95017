// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pmemcsi.bindings.linux.DeviceNumber;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On what LVM 2.03.31 has printed. */
final class LvmReportsTest {
    private static final String VOLUMES = """
            {
                "report": [
                    {
                        "lv": [
                            {"vg_name":"ndbus0region0fsdax", "lv_name":"abc-1", "lv_uuid":"bSlfjs-3BhK-E9u1-uGaT-M8TR-C3hs-MVxMUI", "vg_uuid":"2hr4OO-iEJX-qdEd-2uff-Ym30-1w91-6bf97I", "lv_size":"88080384", "lv_kernel_major":"253", "lv_kernel_minor":"0", "lv_tags":"pmem-csi,two"},
                            {"vg_name":"ndbus0region0fsdax", "lv_name":"gap", "lv_uuid":"BBAUcl-IHlo-QvBe-zeeY-gwNK-zQ23-bs4WFU", "vg_uuid":"2hr4OO-iEJX-qdEd-2uff-Ym30-1w91-6bf97I", "lv_size":"16777216", "lv_kernel_major":"-1", "lv_kernel_minor":"-1", "lv_tags":""}
                        ]
                    }
                ]
                ,
                "log": [
                ]
            }
            """;

    @Test
    void reads_logical_volumes_active_and_not() {
        var volumes = LvmReports.volumes(VOLUMES);
        assertThat(volumes)
                .containsExactly(
                        new LogicalVolumeInfo(
                                "ndbus0region0fsdax",
                                "abc-1",
                                "bSlfjs-3BhK-E9u1-uGaT-M8TR-C3hs-MVxMUI",
                                "2hr4OO-iEJX-qdEd-2uff-Ym30-1w91-6bf97I",
                                88080384,
                                Optional.of(new DeviceNumber(253, 0)),
                                Set.of("pmem-csi", "two")),
                        new LogicalVolumeInfo(
                                "ndbus0region0fsdax",
                                "gap",
                                "BBAUcl-IHlo-QvBe-zeeY-gwNK-zQ23-bs4WFU",
                                "2hr4OO-iEJX-qdEd-2uff-Ym30-1w91-6bf97I",
                                16777216,
                                Optional.empty(),
                                Set.of()));
        assertThat(volumes.getFirst().deviceMapperUuid())
                .isEqualTo("LVM-2hr4OOiEJXqdEd2uffYm301w916bf97IbSlfjs3BhKE9u1uGaTM8TRC3hsMVxMUI");
    }

    @Test
    void warnings_in_the_middle_are_no_part_of_the_report() {
        var volumes = LvmReports.physicalVolumes("""
                {
                    "report": [
                WARNING: Couldn't find device with uuid hCjtjy-gFVZ-gOGW-ldnm-o4ww-A8Ww-GG7cVv.
                WARNING: VG ndbus0region0fsdax is missing PV hCjtjy-gFVZ-gOGW-ldnm-o4ww-A8Ww-GG7cVv (last written to /dev/pmem0).
                        {
                            "pv": [
                                {"pv_name":"/dev/pmem0.1", "pv_uuid":"q4Oshg", "vg_name":"ndbus0region0fsdax", "pv_size":"260046848", "pe_start":"2097152"},
                                {"pv_name":"[unknown]", "pv_uuid":"hCjtjy", "vg_name":"ndbus0region0fsdax", "pv_size":"260046848", "pe_start":"2097152"}
                            ]
                        }
                    ]
                }
                """);
        assertThat(volumes).extracting(PhysicalVolumeInfo::isMissing).containsExactly(false, true);
        assertThat(volumes.getFirst().device()).isEqualTo(Path.of("/dev/pmem0.1"));
    }

    @Test
    void reads_volume_groups() {
        assertThat(LvmReports.groups("""
                                {"report": [{"vg": [{"vg_name":"ndbus0region0fsdax", "vg_uuid":"2hr4OO", "vg_size":"2109734912", "vg_free":"2004877312", "vg_extent_size":"4194304", "vg_missing_pv_count":"1", "vg_tags":"a"}]}], "log": []}
                                """))
                .containsExactly(new VolumeGroupInfo(
                        "ndbus0region0fsdax", "2hr4OO", 2109734912, 2004877312, 4194304, 1, Set.of("a")));
        assertThat(LvmReports.groups("{\"report\": [{\"vg\": []}]}")).isEmpty();
    }

    @Test
    void reads_physical_volumes() {
        assertThat(LvmReports.physicalVolumes("""
                                {"report": [{"pv": [{"pv_name":"/dev/pmem0", "pv_uuid":"nFQd62", "vg_name":"", "pv_size":"2109734912", "pe_start":"2097152"}]}]}
                                """))
                .containsExactly(new PhysicalVolumeInfo(Path.of("/dev/pmem0"), "nFQd62", "", 2109734912, 2097152));
    }

    @Test
    void reads_segments() {
        assertThat(LvmReports.segments("""
                                {"report": [{"seg": [
                                    {"vg_name":"g", "lv_name":"abc-1", "seg_start":"0", "seg_size":"67108864", "devices":"/dev/pmem0(0)"},
                                    {"vg_name":"g", "lv_name":"abc-1", "seg_start":"67108864", "seg_size":"20971520", "devices":"/dev/pmem0.1(20)"}]}]}
                                """))
                .containsExactly(
                        new SegmentInfo("g", "abc-1", 0, 67108864, Path.of("/dev/pmem0"), 0),
                        new SegmentInfo("g", "abc-1", 67108864, 20971520, Path.of("/dev/pmem0.1"), 20));
    }

    @Test
    void a_striped_segment_is_not_taken_for_a_linear_one() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LvmReports.segments("""
                                        {"report": [{"seg": [{"vg_name":"g", "lv_name":"s", "seg_start":"0", "seg_size":"1", "devices":"/dev/pmem0(0),/dev/pmem1"}]}]}
                                        """))
                .withMessageContaining("not a segment on one device");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lvs: no such thing",
                "[]",
                "{\"report\": 1}",
                "{\"report\": [{\"vg\": []}]}",
                "{\"report\": [{\"lv\": [{\"vg_name\":\"g\"}]}]}",
                "{\"report\": [{\"lv\": [1]}]}"
            })
    void what_is_no_such_report_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> LvmReports.volumes(text));
    }

    @Test
    void a_size_that_is_no_number_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LvmReports.volumes(VOLUMES.replace("\"88080384\"", "\"84.00m\"")))
                .withMessage("lv_size is no number: '84.00m'");
    }
}
