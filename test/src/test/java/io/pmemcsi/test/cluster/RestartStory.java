// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.vm.Guest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whoever is on call restarts parts of a node, or loses them, while pods use volumes. */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class RestartStory {
    private static final String READY = "wait --for=condition=Ready pod/app --timeout=600s";

    private final Cluster cluster;

    RestartStory(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void a_pod_has_written_to_a_persistent_and_to_an_inline_volume() {
        cluster.apply(Pods.claim("data", "default", "pmem-csi-sc-late-binding", "100Mi"));
        start();
        cluster.kubectl("exec app -- sh -c 'echo kept >/data/file && echo lost >/scratch/file && sync'");
    }

    private void start() {
        cluster.apply(Pods.of("app", "default", """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                    - {name: scratch, mountPath: /scratch}
                  volumes:
                  - {name: data, persistentVolumeClaim: {claimName: data}}
                  - name: scratch
                    csi: {driver: pmem-csi.intel.com, volumeAttributes: {size: 64Mi}}
                """));
        cluster.kubectl(READY);
    }

    @AfterEach
    void clean_up_and_find_nothing_left() {
        cluster.kubectl("delete pod app --ignore-not-found");
        cluster.kubectl("delete pvc data --ignore-not-found");
        Leftovers.vanish(cluster);
    }

    private String read(String file) {
        return cluster.kubectl("exec app -- cat " + file);
    }

    @Test
    void pods_keep_running_without_the_driver_and_without_the_kubelet() {
        cluster.kubectl("delete pod --namespace pmem-csi --selector app.kubernetes.io/component=node");
        assertThat(read("/data/file")).isEqualTo("kept");
        cluster.awaitDriver();
        assertThat(read("/scratch/file")).isEqualTo("lost");
        String before = cluster.onNode("pidof kubelet");
        cluster.restartKubelet();
        Cluster.await(
                "another kubelet",
                () -> !cluster.onNode("pidof kubelet || true").equals(before)
                        && !cluster.onNode("pidof kubelet || true").isEmpty());
        Cluster.await(
                "an answer through the kubelet",
                () -> cluster.tryKubectl("exec app -- cat /data/file").succeeded());
        assertThat(cluster.kubectl("get pod app -o jsonpath='{.status.containerStatuses[0].restartCount}'"))
                .isEqualTo("0");
        cluster.awaitDriver();
        cluster.kubectl("delete pod app");
        start();
        assertThat(read("/data/file"))
                .as("the persistent volume in the next pod")
                .isEqualTo("kept");
        assertThat(cluster.tryKubectl("exec app -- cat /scratch/file").succeeded())
                .as("an old inline volume")
                .isFalse();
    }

    /** The kernel keeps the list of what is damaged in its memory: the next boot knows nothing of it. */
    @Test
    void pods_come_back_with_their_data_after_a_power_cut_and_their_status_tells_of_damaged_memory() {
        if (cluster.mode().equals("emulated")) {
            Cluster.await(
                    "that it is no persistent memory, in the pod's status",
                    () -> Health.of(cluster, "app").contains("Degraded NotPersistentMemory"));
        } else {
            assertThat(Health.of(cluster, "app")).isEmpty();
            Health.damage(cluster, "data");
            Cluster.await(
                    "the damage in the pod's status",
                    () -> Health.of(cluster, "app").contains("DataLoss MediaError"));
            assertThat(Health.of(cluster, "app")).contains("4Ki from offset 102760448");
        }
        cluster.apply(Pods.withScratch("vanishing", "default"));
        cluster.kubectl("wait --for=condition=Ready pod/vanishing --timeout=600s");
        // What the kubelet knows of the pod.
        cluster.onNode("sync");
        cluster.cutPower();
        try {
            cluster.kubectl("delete pod vanishing --force --grace-period=0");
        } finally {
            cluster.powerOn("node1");
        }
        Cluster.await("the start of the driver after the boot", cluster::driverListens);
        // The kubelet asks the driver again after pauses that grow to two minutes while there is none.
        Cluster.await(
                "the pod's answer",
                () -> cluster.tryKubectl("exec app -- cat /data/file")
                        .out()
                        .strip()
                        .equals("kept"));
        assertThat(read("/scratch/file"))
                .as("the inline volume of a pod that is still the same")
                .isEqualTo("lost");
        Cluster.await(
                "the end of the inline volume of the pod that has vanished",
                () -> cluster.onNode("ls /var/lib/pmem-csi.intel.com/volumes")
                                .lines()
                                .count()
                        == 2);
        Cluster.await(
                "a status without damage", () -> !Health.of(cluster, "app").contains("MediaError"));
    }

    @Test
    void a_driver_that_was_removed_before_its_volumes_takes_them_up_again() {
        cluster.kubectl("delete --kustomize deploy/kustomize/driver/" + cluster.mode());
        assertThat(read("/data/file")).isEqualTo("kept");
        cluster.kubectl("delete pod app --wait=false");
        cluster.kubectl("delete pvc data --wait=false");
        cluster.installDriver();
        cluster.awaitDriver();
        cluster.kubectl("wait --for=delete pod/app pvc/data --timeout=600s");
    }

    /** The order is another one in each run; the printed seed repeats it. */
    @Test
    void everything_is_deleted_at_once_in_any_order_and_the_driver_comes_back() {
        cluster.apply(Pods.claim("unused", "default", "pmem-csi-sc-ext4", "64Mi"));
        cluster.await("Bound", "get pvc unused");
        List<String> things = new ArrayList<>(List.of(
                "pod app",
                "pvc data",
                "pvc unused",
                "storageclass pmem-csi-sc-late-binding",
                "--kustomize deploy/kustomize/driver/" + cluster.mode()));
        long seed = Long.getLong("pmemcsi.seed", System.nanoTime());
        Collections.shuffle(things, new Random(seed));
        System.out.println("deleted in this order, with -Dpmemcsi.seed=" + seed + ": " + things);
        for (String thing : things) {
            cluster.kubectl("delete --wait=false " + thing);
        }
        cluster.kubectl("wait --for=delete namespace/pmem-csi --timeout=600s");
        cluster.installDriver();
        cluster.awaitDriver();
        cluster.kubectl("wait --for=delete pod/app pvc/data pvc/unused --timeout=600s");
    }
}
