// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.VolumeHealth;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code pmem-csi volumes list}. */
@Command(name = "list", description = "List the volumes of the driver (ListVolumes, ControllerListVolumeHealth).")
final class ListCommand extends VolumeCommand {
    private static final int PAGE = 200;

    /** The JSON form. */
    private record Listed(String volumeId, long sizeBytes, List<String> publishedNodes, Condition condition) {
        List<String> row() {
            String nodes = publishedNodes.isEmpty() ? "-" : String.join(",", publishedNodes);
            return List.of(volumeId, ByteSize.of(sizeBytes).toString(), nodes, condition.text());
        }
    }

    @Override
    void run(CsiClient csi, Output output) {
        Optional<Map<String, Condition>> conditions = Condition.ifOffered(() -> conditions(csi));
        List<Listed> volumes =
                entries(csi).stream().map(entry -> listed(entry, conditions)).toList();
        List<List<String>> rows = Stream.concat(
                        Stream.of(List.of("VOLUME ID", "SIZE", "PUBLISHED ON", "CONDITION")),
                        volumes.stream().map(Listed::row))
                .toList();
        output.print(volumes, rows);
    }

    private static Listed listed(ListVolumesResponse.Entry entry, Optional<Map<String, Condition>> conditions) {
        String id = entry.getVolume().getVolumeId();
        Condition condition = conditions
                .map(known -> known.getOrDefault(id, Condition.HEALTHY))
                .orElse(Condition.UNKNOWN);
        return new Listed(
                id,
                entry.getVolume().getCapacityBytes(),
                List.copyOf(entry.getStatus().getPublishedNodeIdsList()),
                condition);
    }

    private static List<ListVolumesResponse.Entry> entries(CsiClient csi) {
        List<ListVolumesResponse.Entry> all = new ArrayList<>();
        String token = "";
        do {
            ListVolumesResponse page = csi.controller()
                    .listVolumes(ListVolumesRequest.newBuilder()
                            .setMaxEntries(PAGE)
                            .setStartingToken(token)
                            .build());
            all.addAll(page.getEntriesList());
            token = page.getNextToken();
        } while (!token.isEmpty());
        return all;
    }

    private static Map<String, Condition> conditions(CsiClient csi) {
        Map<String, Condition> all = new HashMap<>();
        String token = "";
        do {
            ControllerListVolumeHealthResponse page = csi.controller()
                    .controllerListVolumeHealth(ControllerListVolumeHealthRequest.newBuilder()
                            .setMaxEntries(PAGE)
                            .setStartingToken(token)
                            .build());
            for (VolumeHealth health : page.getEntriesList()) {
                all.put(health.getVolumeId(), Condition.of(health));
            }
            token = page.getNextToken();
        } while (!token.isEmpty());
        return all;
    }
}
