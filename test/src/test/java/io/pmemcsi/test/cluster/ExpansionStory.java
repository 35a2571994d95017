// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.pmemcsi.driver.domain.Quantity;
import io.pmemcsi.test.vm.Guest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An app developer needs more space. */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class ExpansionStory {
    private final Cluster cluster;
    private final Memcached memcached;

    ExpansionStory(Cluster cluster) {
        this.cluster = cluster;
        this.memcached = new Memcached(cluster);
    }

    @AfterEach
    void clean_up_and_find_nothing_left() {
        memcached.remove();
        cluster.kubectl("delete pods --all");
        cluster.kubectl("delete pvc --all");
        Leftovers.vanish(cluster);
    }

    @Test
    void a_claim_grows_while_memcached_runs_on_it() {
        memcached.start();
        String container = container();
        long before = blocks(Memcached.POD);
        assertThat(memcached.talk(Memcached.SET)).containsExactly("STORED");
        if (cluster.mode().equals("direct")) {
            assertThat(cluster.tryKubectl(asking(Memcached.CLAIM, "300Mi")).err())
                    .contains("must support resize");
        } else {
            ask(Memcached.CLAIM, "300Mi");
            awaitSize(Memcached.CLAIM, "300Mi");
            assertThat(blocks(Memcached.POD)).isGreaterThan(before + 90 * 256);
            assertThat(memcached.talk(Memcached.GET)).containsExactly(Memcached.VALUE);
            assertThat(container()).as("memcached").isEqualTo(container);
            a_claim_that_cannot_grow_keeps_working();
        }
        assertThat(memcached.talk(Memcached.GET)).containsExactly(Memcached.VALUE);
    }

    /** Nothing that was asked for may keep the next pod from its data. */
    private void a_claim_that_cannot_grow_keeps_working() {
        cluster.apply(Pods.claim("other", "default", "pmem-csi-sc-ext4", "500Mi"));
        cluster.await("Bound", "get pvc other");
        ask(Memcached.CLAIM, cluster.mode().equals("emulated") ? "1900Mi" : "3800Mi");
        cluster.await("NodeResizeError", "get pvc " + Memcached.CLAIM + " -o yaml");
        assertThat(memcached.talk(Memcached.GET)).containsExactly(Memcached.VALUE);
        cluster.kubectl("delete pod " + Memcached.POD);
        cluster.await("true", "get pod " + Memcached.POD + " -o jsonpath='{.status.containerStatuses[0].ready}'");
        assertThat(memcached.talk(Memcached.GET))
                .as("the warm cache in the next pod")
                .containsExactly(Memcached.VALUE);
    }

    @Test
    void claims_that_no_pod_uses_grow_when_a_pod_uses_them() {
        assumeFalse(cluster.mode().equals("direct"), "namespaces cannot grow");
        cluster.apply(Pods.claim("file", "default", "pmem-csi-sc-xfs", "400Mi"));
        cluster.apply(Pods.claim(
                "block", "default", "pmem-csi-sc", "64Mi", "accessModes: [ReadWriteOnce]\nvolumeMode: Block"));
        for (String claim : List.of("file", "block")) {
            cluster.await("Bound", "get pvc " + claim);
        }
        ask("file", "500Mi");
        ask("block", "128Mi");
        for (String claim : List.of("file", "block")) {
            cluster.await("FileSystemResizePending", "get pvc " + claim + " -o yaml");
        }
        cluster.apply(Pods.of("app", "default", """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: file, mountPath: /data}
                    volumeDevices:
                    - {name: block, devicePath: /dev/pmem}
                  volumes:
                  - {name: file, persistentVolumeClaim: {claimName: file}}
                  - {name: block, persistentVolumeClaim: {claimName: block}}
                """));
        cluster.kubectl("wait --for=condition=Ready pod/app --timeout=600s");
        awaitSize("file", "500Mi");
        awaitSize("block", "128Mi");
        assertThat(blocks("app")).isGreaterThan(400 * 256);
        assertThat(mebibytesOfBlock()).isEqualTo(128);
        ask("block", "192Mi");
        awaitSize("block", "192Mi");
        assertThat(mebibytesOfBlock()).isEqualTo(192);
    }

    private long mebibytesOfBlock() {
        String sectors = cluster.kubectl("exec app -- sh -c 'cat /sys/dev/block/$((0x$(stat -c %t /dev/pmem))):"
                + "$((0x$(stat -c %T /dev/pmem)))/size'");
        return Long.parseLong(sectors) / 2048;
    }

    private void ask(String claim, String size) {
        cluster.kubectl(asking(claim, size));
    }

    /** What a user types. */
    private static String asking(String claim, String size) {
        return "patch pvc " + claim + " --patch '{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"" + size
                + "\"}}}}'";
    }

    private void awaitSize(String claim, String size) {
        Cluster.await(
                claim + " of " + size,
                () -> Quantity.parse(cluster.kubectl("get pvc " + claim + " -o jsonpath='{.status.capacity.storage}'"))
                                .bytes()
                        >= Quantity.parse(size).bytes());
    }

    private String container() {
        return cluster.kubectl(
                "get pod " + Memcached.POD + " -o jsonpath='{.status.containerStatuses[0].containerID}'");
    }

    /** The size of the file system at /data of a pod, in its blocks of 4 KiB. */
    private long blocks(String pod) {
        return Long.parseLong(cluster.kubectl("exec " + pod + " -- stat -f -c %b /data"));
    }
}
