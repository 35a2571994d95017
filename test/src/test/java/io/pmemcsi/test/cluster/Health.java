// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kubelet writes into the status of a pod about the health of its volumes, and how to spoil it. */
final class Health {
    /** In an ext4 of 100 MiB, and far from what it has at its beginning: nothing is there yet. */
    private static final long SECTOR = 98 * 2048L;

    private Health() {}

    /** The conditions of all volumes of a pod, one in a line: status, reason, message. */
    static String of(Cluster cluster, String pod) {
        return cluster.kubectl("get pod " + pod + " -o jsonpath='{range .status.volumeHealth[*].healthConditions[*]}"
                + "{.status} {.reason} {.message}{\"\\n\"}{end}'");
    }

    /** Memory below the volume of a claim is damaged, as the kernel is told; it forgets that with the power. */
    static void damage(Cluster cluster, String claim) {
        String volume = cluster.kubectl("get pvc " + claim + " -o jsonpath='{.spec.volumeName}'");
        String id = cluster.kubectl("get pv " + volume + " -o jsonpath='{.spec.csi.volumeHandle}'");
        Place place = cluster.mode().equals("lvm") ? ofLogicalVolume(cluster, id) : ofNamespace(cluster, id);
        cluster.onNode("echo '" + (place.sector() + SECTOR) + " 8' >/sys/block/" + place.device() + "/badblocks");
    }

    /** The device that has a list of bad blocks, and where in it the volume begins. */
    private record Place(String device, long sector) {}

    private static Place ofLogicalVolume(Cluster cluster, String id) {
        String place = cluster.onNode("lvs --noheadings -o devices --select lv_name=" + id);
        var found = Pattern.compile("/dev/(pmem[^(\\s]+)\\((\\d+)\\)").matcher(place);
        assertThat(found.matches()).as(place).isTrue();
        // Extents of 4 MiB begin at 2 MiB.
        return new Place(found.group(1), 4096 + Long.parseLong(found.group(2)) * 8192);
    }

    private static Place ofNamespace(Cluster cluster, String id) {
        String namespaces = cluster.onNode("ndctl list --namespaces");
        String ours = Stream.of(namespaces.split("\\{"))
                .filter(namespace -> namespace.contains(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no namespace " + id + " in " + namespaces));
        var device = Pattern.compile("\"blockdev\":\"(\\w+)\"").matcher(ours);
        assertThat(device.find()).as(ours).isTrue();
        return new Place(device.group(1), 0);
    }
}
