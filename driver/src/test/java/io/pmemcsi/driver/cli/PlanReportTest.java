// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pmemcsi.v1.PlannedVolume;

final class PlanReportTest {
    private static final long MIB = 1L << 20;

    private static PlannedVolume.Builder direct() {
        return PlannedVolume.newBuilder()
                .setDeviceMode("direct")
                .setFsType("ext4")
                .setUsage("AppDirect")
                .setMinimumBytes(16 * MIB)
                .setStepBytes(16 * MIB)
                .setTakenBytes(512 * MIB)
                .setDeviceBytes(502 * MIB)
                .setUsableBytes(400 * MIB + 1)
                .setLargestBytes(2048 * MIB);
    }

    private static PlanReport report(PlannedVolume.Builder plan) {
        return new PlanReport(ByteSize.mebibytes(500), plan.build());
    }

    private static String text(PlanReport report) {
        return String.join("\n", Output.table(report.rows())) + "\n" + report.verdict();
    }

    @Test
    void each_step_of_a_namespace_has_its_bytes_and_its_reason() {
        assertThat(text(report(direct()))).isEqualTo("""
                STEP       BYTES            SIZE         WHY
                requested  524288000        500Mi        asked for as the least size
                rounded    536870912        512Mi        a namespace that also holds what the kernel needs, in steps of the region's alignment, 16Mi
                device     526385152        502Mi        without 10Mi that the kernel keeps of the namespace: its page structures, and the way to the next 2Mi
                usable     about 419430401  about 400Mi  for files, without about 102Mi that ext4 needs for itself: its inode tables, its journal and bitmaps
                largest    2147483648       2Gi          the largest device of such a volume that fits now
                It fits now.""");
    }

    @Test
    void sector_mode_keeps_something_else() {
        assertThat(text(report(direct().setUsage("FileIO"))))
                .contains("the map, the log and the spare sectors of the BTT");
    }

    @Test
    void raw_block_has_all_of_its_device_and_nothing_is_about() {
        assertThat(text(report(direct().setFsType("").setMinimumBytes(0).setUsableBytes(502 * MIB))))
                .contains("usable     526385152   502Mi  all of it: a raw block device has no file system")
                .doesNotContain("about");
    }

    @Test
    void the_minimum_is_named_where_it_decides() {
        PlanReport smallest = new PlanReport(
                ByteSize.ZERO, direct().setDeviceMode("lvm").setFsType("xfs").build());
        assertThat(text(smallest))
                .containsSubsequence("minimum ", "xfs needs a device of at least that", "whole extents", "its log");
    }

    @Test
    void what_does_not_fit_now_is_said_last() {
        assertThat(report(direct().setLargestBytes(0)).verdict())
                .isEqualTo("It does not fit now: 502Mi is above the largest, 0.");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1024, 1Ki",
        "10239, 10239",
        "10241, 10Ki",
        "524288000, 500Mi",
        "465338368, 443.8Mi",
        "2111832064, 2014Mi",
        "1099511627776, 1Ti",
        "17179869185, 16Gi"
    })
    void sizes_are_short(long bytes, String text) {
        assertThat(PlanReport.human(bytes)).isEqualTo(text);
    }
}
