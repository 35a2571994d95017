// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pmemcsi.test.vm.Guest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An admin changes the device mode of the nodes, as {@code docs/operations.md} says; memcached works in each. */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class ModesStory {
    private final Cluster cluster;
    private final Memcached memcached;
    private String mode;

    ModesStory(Cluster cluster) {
        this.cluster = cluster;
        this.memcached = new Memcached(cluster);
        this.mode = cluster.mode();
    }

    @AfterEach
    void clean_up_and_go_back() {
        clean_up();
        change(cluster.mode());
    }

    private void clean_up() {
        cluster.kubectl("delete pod app --ignore-not-found");
        memcached.remove();
    }

    @Test
    void a_node_changes_its_device_mode() {
        assumeTrue(cluster.mode().equals("lvm"), "the other modes are looked at from lvm, the default");
        change("direct");
        memcached_keeps_its_cache_and_a_pod_has_scratch_space();
        assertThat(mountsWithDax()).isEqualTo(2);
        clean_up();
        change("emulated");
        memcached_keeps_its_cache_and_a_pod_has_scratch_space();
        assertThat(mountsWithDax()).isZero();
    }

    private void memcached_keeps_its_cache_and_a_pod_has_scratch_space() {
        cluster.apply(Pods.withScratch("app", "default"));
        memcached.start();
        assertThat(memcached.talk(Memcached.SET)).containsExactly("STORED");
        memcached.restart();
        assertThat(memcached.talk(Memcached.GET))
                .as("the cache after the restart")
                .containsExactly(Memcached.VALUE);
        cluster.kubectl("wait --for=condition=Ready pod/app --timeout=600s");
    }

    /** Of memcached's volume and the inline volume. */
    private int mountsWithDax() {
        return Integer.parseInt(cluster.onNode("grep -c 'kubernetes.io~csi/.*,dax' /proc/self/mountinfo || true"));
    }

    /** All volumes go, then the driver, then what it had made of the memory; then the other driver comes. */
    private void change(String to) {
        Leftovers.vanish(cluster, mode);
        if (to.equals(mode)) {
            return;
        }
        String from = mode;
        mode = to;
        cluster.removeDriver(from);
        if (from.equals("lvm")) {
            cluster.onNode("""
                    set -e
                    for group in $(vgs --noheadings -o vg_name); do vgremove --quiet "$group"; done
                    for device in $(pvs --noheadings -o pv_name); do pvremove --quiet "$device"; done
                    ndctl destroy-namespace --force all""");
        }
        cluster.installDriver(to);
        cluster.awaitDriver();
    }
}
