// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.Quantity;
import io.pmemcsi.test.vm.Guest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes, of 4 GiB and 2 GiB of persistent memory, or of 2 GiB each that is emulated: pods and volumes find the one with room. */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class NodesStory {
    private static final String MIDDLE = "1700Mi";
    private static final String LATE = "nodes-late";
    private static final String IMMEDIATE = "nodes-immediate";

    private final Cluster cluster;
    private final boolean alike;
    private final String large;

    NodesStory(Cluster cluster) {
        this.cluster = cluster;
        this.alike = cluster.mode().equals("emulated");
        this.large = alike ? MIDDLE : "2560Mi";
    }

    @BeforeAll
    static void add_a_node_and_storage_classes(Cluster cluster) {
        storageClass(cluster, LATE, "WaitForFirstConsumer");
        storageClass(cluster, IMMEDIATE, "Immediate");
        cluster.addNode(cluster.mode().equals("emulated") ? "none" : "2G");
    }

    private static void storageClass(Cluster cluster, String name, String binding) {
        cluster.apply("""
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: %s}
                provisioner: pmem-csi.intel.com
                volumeBindingMode: %s
                """.formatted(name, binding));
    }

    @AfterAll
    static void remove_them(Cluster cluster) {
        cluster.kubectl("delete storageclass --ignore-not-found " + LATE + " " + IMMEDIATE);
        cluster.removeNode();
    }

    @AfterEach
    void clean_up_and_find_nothing_left() {
        cluster.kubectl("delete pods --all");
        cluster.kubectl("delete pvc --all");
        Leftovers.vanish(cluster);
    }

    @Test
    void a_pod_goes_to_the_node_with_room() {
        Cluster.await(
                "room on node2", () -> room("node2") >= Quantity.parse(MIDDLE).bytes());
        start("large", large);
        String first = nodeOf("large");
        assertThat(alike || first.equals("node1")).as(first).isTrue();
        Cluster.await(
                "less room on " + first,
                () -> room(first) < Quantity.parse(MIDDLE).bytes());
        start("middle", MIDDLE);
        assertThat(nodeOf("middle")).isNotEqualTo(first);
    }

    private void start(String name, String size) {
        cluster.apply(Pods.claim(name, "default", LATE, size));
        cluster.apply(Pods.using(name, "default"));
        cluster.kubectl("wait --for=condition=Ready --timeout=600s pod/" + name);
    }

    private String nodeOf(String pod) {
        return cluster.kubectl("get pod " + pod + " -o jsonpath='{.spec.nodeName}'");
    }

    /** What the scheduler sees, in bytes. */
    private long room(String node) {
        String found = cluster.kubectl("get csistoragecapacities --namespace pmem-csi -o jsonpath='{range"
                + " .items[?(@.storageClassName==\"" + LATE + "\")]}"
                + "{.nodeTopology.matchLabels.pmem-csi\\.intel\\.com/node}={.capacity}{\"\\n\"}{end}'");
        return found.lines()
                .filter(line -> line.startsWith(node + "=") && line.length() > node.length() + 1)
                .mapToLong(line ->
                        Quantity.parse(line.substring(node.length() + 1)).bytes())
                .sum();
    }

    /** The provisioners of all nodes are asked; those without room hold back. */
    @Test
    void immediate_binding_finds_the_node_with_room() {
        String first = bind("large", large);
        assertThat(alike || first.contains("\"node1\"")).as(first).isTrue();
        assertThat(bind("middle", MIDDLE)).contains("\"node").isNotEqualTo(first);
    }

    /** Where the volume of a new claim is. */
    private String bind(String claim, String size) {
        cluster.apply(Pods.claim(claim, "default", IMMEDIATE, size));
        cluster.await("Bound", "get pvc " + claim);
        String volume = cluster.kubectl("get pvc " + claim + " -o jsonpath='{.spec.volumeName}'");
        return cluster.kubectl("get pv " + volume + " -o jsonpath='{.spec.nodeAffinity}'");
    }
}
