// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.VolumeUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pmem-csi volumes stats}. */
@Command(
        name = "stats",
        description =
                "Show how full a published volume is, and its condition (NodeGetVolumeStats, NodeGetVolumeHealth).")
final class StatsCommand extends VolumeCommand {
    @Parameters(paramLabel = "VOLUME_ID", description = "Id of the volume")
    private String volumeId = "";

    @Option(
            names = "--path",
            paramLabel = "PATH",
            required = true,
            description = "Where the volume is published or staged")
    private Path path = Path.of("");

    /** The JSON form. */
    private record Stats(String volumeId, List<Used> usage, Condition condition) {}

    /** Bytes or inodes. */
    private record Used(String unit, long total, long used, long available) {
        static Used of(VolumeUsage usage) {
            return new Used(usage.getUnit().name(), usage.getTotal(), usage.getUsed(), usage.getAvailable());
        }

        List<String> row() {
            return List.of(unit, Long.toString(total), Long.toString(used), Long.toString(available));
        }
    }

    @Override
    void run(CsiClient csi, Output output) {
        String at = path.toAbsolutePath().toString();
        NodeGetVolumeStatsRequest request = NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(volumeId)
                .setVolumePath(at)
                .build();
        List<Used> usage = csi.node().nodeGetVolumeStats(request).getUsageList().stream()
                .map(Used::of)
                .toList();
        Stats stats = new Stats(volumeId, usage, condition(csi, at));
        output.print(stats, rows(stats), "condition: " + stats.condition().text());
    }

    private Condition condition(CsiClient csi, String at) {
        NodeGetVolumeHealthRequest request = NodeGetVolumeHealthRequest.newBuilder()
                .setVolumeId(volumeId)
                .setVolumePublishPath(at)
                .build();
        return Condition.ifOffered(() -> csi.node().nodeGetVolumeHealth(request).getVolumeHealth())
                .map(Condition::of)
                .orElse(Condition.UNKNOWN);
    }

    private static List<List<String>> rows(Stats stats) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("UNIT", "TOTAL", "USED", "AVAILABLE"));
        stats.usage().forEach(used -> rows.add(used.row()));
        return rows;
    }
}
