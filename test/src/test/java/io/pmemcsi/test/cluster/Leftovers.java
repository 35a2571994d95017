// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

/** What may be left when all volumes are gone, in the API server and on the nodes: nothing. */
final class Leftovers {
    private Leftovers() {}

    /** Waits until no volume has left anything; deleting and erasing go on after kubectl has returned. */
    static void vanish(Cluster cluster) {
        vanish(cluster, cluster.mode());
    }

    /** The same where the driver has this device mode. */
    static void vanish(Cluster cluster, String mode) {
        Cluster.await(
                "the end of all PersistentVolumes",
                () -> cluster.kubectl("get pv -o name").isEmpty());
        for (String node : cluster.nodes()) {
            vanish(cluster, node, "records", "ls /var/lib/pmem-csi.intel.com/volumes");
            vanish(cluster, node, "devices", devices(mode));
            vanish(cluster, node, "mounts", "grep -E 'csi/pmem-csi|kubernetes.io~csi/' /proc/self/mountinfo || true");
        }
    }

    private static void vanish(Cluster cluster, String node, String things, String list) {
        Cluster.await(
                "the end of all " + things + " on " + node,
                () -> cluster.on(node, list).isEmpty());
    }

    private static String devices(String mode) {
        return switch (mode) {
            case "lvm" -> "lvs --noheadings -o lv_name";
            case "direct" -> "ndctl list --namespaces";
            case "emulated" -> "losetup --list --noheadings --output NAME";
            default -> throw new IllegalArgumentException(mode);
        };
    }
}
