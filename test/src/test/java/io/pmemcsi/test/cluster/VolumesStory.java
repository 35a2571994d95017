// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.Quantity;
import io.pmemcsi.test.vm.Guest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An app developer uses volumes of every kind, in a namespace that enforces Pod Security "restricted". */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class VolumesStory {
    private static final String READY = "wait --for=condition=Ready pods --all --namespace volumes --timeout=600s";

    private final Cluster cluster;

    VolumesStory(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void make_a_namespace() {
        cluster.apply("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: volumes
                  labels:
                    pod-security.kubernetes.io/enforce: restricted
                """);
    }

    @AfterEach
    void delete_the_namespace_and_find_nothing_left() {
        cluster.kubectl("delete namespace volumes --ignore-not-found --timeout=600s");
        Leftovers.vanish(cluster);
    }

    @Test
    void every_example_in_deploy_common_runs() {
        for (String claim : new String[] {"pmem-pvc", "pmem-pvc-late-binding", "pmem-pvc-block-volume"}) {
            ours("apply --filename deploy/common/" + claim + ".yaml");
        }
        ours("delete pvc pmem-csi-pvc-xfs");
        for (String app :
                new String[] {"app", "app-ephemeral", "app-generic-ephemeral", "app-late-binding", "app-block-volume"
                }) {
            ours("apply --filename deploy/common/pmem-" + app + ".yaml");
        }
        cluster.kubectl(READY);
        for (String app : new String[] {"app", "app-ephemeral", "app-generic-ephemeral", "app-late-binding"}) {
            assertThat(ours("exec pmem-csi-" + app
                            + " -- sh -c 'echo of %s >/data/mine && cat /data/mine'".formatted(app)))
                    .isEqualTo("of " + app);
        }
        assertThat(mountOf("pmem-csi-app-ephemeral", "/data")).contains(" xfs ");
        assertThat(mountOf("pmem-csi-app", "/data")).contains(" ext4 ");
        assertThat(ours("exec pmem-csi-app-block-volume -- ls -l /dev/pmem")).startsWith("b");
        if (!cluster.mode().equals("emulated")) {
            assertThat(mountOf("pmem-csi-app", "/data")).contains("dax=always");
        }
    }

    @Test
    void a_pod_has_volumes_of_the_other_storage_classes() {
        claim("xfs", "pmem-csi-sc-xfs", "ReadWriteOnce", "400Mi");
        claim("ext4-fileio", "pmem-csi-sc-ext4-fileio", "ReadWriteOnce", "64Mi");
        claim("xfs-fileio", "pmem-csi-sc-xfs-fileio", "ReadWriteOnce", "400Mi");
        pod("app", """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: xfs, mountPath: /xfs}
                    - {name: ext4-fileio, mountPath: /ext4-fileio}
                    - {name: xfs-fileio, mountPath: /xfs-fileio}
                  volumes:
                  - {name: xfs, persistentVolumeClaim: {claimName: xfs}}
                  - {name: ext4-fileio, persistentVolumeClaim: {claimName: ext4-fileio}}
                  - {name: xfs-fileio, persistentVolumeClaim: {claimName: xfs-fileio}}
                """);
        cluster.kubectl(READY);
        ours("exec app -- touch /xfs/file /ext4-fileio/file /xfs-fileio/file");
        assertThat(mountOf("app", "/xfs")).contains(" xfs ");
        assertThat(mountOf("app", "/ext4-fileio")).contains(" ext4 ").doesNotContain("dax=always");
        assertThat(mountOf("app", "/xfs-fileio")).contains(" xfs ").doesNotContain("dax=always");
        if (!cluster.mode().equals("emulated")) {
            assertThat(mountOf("app", "/xfs")).contains("dax=always");
        }
    }

    private String mountOf(String pod, String path) {
        return ours("exec " + pod + " -- grep ' " + path + " ' /proc/mounts");
    }

    @Test
    void a_pod_has_two_volumes_one_of_them_read_only_and_one_by_a_sub_path() {
        claim("first", "pmem-csi-sc-ext4", "ReadWriteOnce", "64Mi");
        pod("writer", """
                    command: ["sh", "-c", "mkdir -p /data/part && echo kept >/data/part/file && sleep infinity"]
                    volumeMounts:
                    - {name: first, mountPath: /data}
                  volumes:
                  - {name: first, persistentVolumeClaim: {claimName: first}}
                """);
        cluster.kubectl(READY);
        assertThat(ours("exec writer -- stat -c %g /data /data/part/file")).isEqualTo("4444\n4444");
        ours("delete pod writer --grace-period=1");
        pod("reader", """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: first, mountPath: /part, subPath: part}
                    - {name: first, mountPath: /data, readOnly: true}
                    - {name: second, mountPath: /second}
                  volumes:
                  - {name: first, persistentVolumeClaim: {claimName: first}}
                  - name: second
                    csi: {driver: pmem-csi.intel.com, volumeAttributes: {size: 64Mi}}
                """);
        cluster.kubectl(READY);
        assertThat(ours("exec reader -- cat /part/file /data/part/file")).isEqualTo("kept\nkept");
        Guest.Result refused = cluster.tryKubectl("exec --namespace volumes reader -- touch /data/new");
        assertThat(refused.succeeded()).isFalse();
        assertThat(refused.output()).contains("Read-only file system");
        ours("exec reader -- touch /part/new /second/new");
    }

    @Test
    void a_claim_for_one_pod_refuses_the_second() {
        claim("single", "pmem-csi-sc-late-binding", "ReadWriteOncePod", "64Mi");
        String volume = """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                  volumes:
                  - {name: data, persistentVolumeClaim: {claimName: single}}
                """;
        pod("one", volume);
        cluster.kubectl("wait --for=condition=Ready pod/one --namespace volumes --timeout=600s");
        pod("two", volume);
        cluster.await(
                "ReadWriteOncePod",
                "get events --namespace volumes --field-selector involvedObject.name=two,reason=FailedScheduling");
    }

    /** With immediate binding the provisioner asks each node for its capacity, and waits without an event. */
    @Test
    void claims_that_are_too_large_stay_pending_and_the_pod_says_why() {
        claim("too-large", "pmem-csi-sc-ext4", "ReadWriteOnce", "1Ti");
        claim("too-large-later", "pmem-csi-sc-late-binding", "ReadWriteOnce", "1Ti");
        pod("waiting", """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                  volumes:
                  - {name: data, persistentVolumeClaim: {claimName: too-large-later}}
                """);
        cluster.await(
                "not have enough free storage",
                "get events --namespace volumes --field-selector involvedObject.name=waiting,reason=FailedScheduling");
        assertThat(ours("get pvc -o jsonpath='{.items[*].status.phase}'")).isEqualTo("Pending Pending");
    }

    @Test
    void the_space_that_the_scheduler_sees_follows_reality() {
        long all = available();
        Cluster.await("the capacity without volumes", () -> capacity() == all);
        claim("part", "pmem-csi-sc-ext4", "ReadWriteOnce", "1Gi");
        cluster.await("Bound", "get pvc part --namespace volumes");
        long rest = available();
        // A namespace needs some space for itself.
        assertThat(all - rest).isBetween(1L << 30, (1L << 30) + (64L << 20));
        Cluster.await("less capacity", () -> capacity() == rest);
        ours("delete pvc part");
        Cluster.await("the capacity as before", () -> capacity() == all);
    }

    /** The driver's own answer, in bytes. */
    private long available() {
        String answer = cluster.kubectl("exec --namespace pmem-csi daemonset/pmem-csi-node --container driver --"
                + " pmem-csi volumes capacity --output json");
        var bytes = Pattern.compile("\"availableBytes\"\\s*:\\s*(\\d+)").matcher(answer);
        assertThat(bytes.find()).as(answer).isTrue();
        return Long.parseLong(bytes.group(1));
    }

    /** What the scheduler sees, in bytes. */
    private long capacity() {
        String text = cluster.kubectl(
                "get csistoragecapacities --namespace pmem-csi -o jsonpath='{.items[?(@.storageClassName==\"pmem-csi-sc-late-binding\")].capacity}'");
        return text.isEmpty() ? 0 : Quantity.parse(text).bytes();
    }

    private String ours(String words) {
        return cluster.kubectl(
                words.contains(" -- ")
                        ? words.replaceFirst(" -- ", " --namespace volumes -- ")
                        : words + " --namespace volumes");
    }

    private void claim(String name, String storageClass, String mode, String size) {
        cluster.apply(Pods.claim(name, "volumes", storageClass, size, "accessModes: [" + mode + "]"));
    }

    private void pod(String name, String containerAndVolumes) {
        cluster.apply(Pods.of(name, "volumes", containerAndVolumes));
    }
}
