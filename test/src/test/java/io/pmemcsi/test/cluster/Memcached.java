// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import java.util.List;

/** The StatefulSet of {@code deploy/kustomize/memcached/persistent}, in the namespace default, and what one says to any memcached. */
final class Memcached {
    static final String POD = "pmem-memcached-0";
    static final String CLAIM = "memcached-data-volume-" + POD;

    /** Stores a value, which the answer confirms with {@code STORED}. */
    static final String[] SET = {"set demo_key 0 500000 10", "I am PMEM."};

    static final String GET = "get demo_key";

    /** What GET answers after SET. */
    static final String[] VALUE = {"VALUE demo_key 0 10", "I am PMEM.", "END"};

    private static final String MANIFESTS = "deploy/kustomize/memcached/persistent";
    private static final String SET_OF_PODS = "statefulset/pmem-memcached";

    private final Cluster cluster;

    Memcached(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Installs it and waits until it answers. */
    void start() {
        cluster.kubectl("apply --kustomize " + MANIFESTS);
        cluster.kubectl("rollout status " + SET_OF_PODS + " --timeout=600s");
    }

    /** Stops its pod, waits for the end, and starts another. */
    void restart() {
        cluster.kubectl("scale --replicas=0 " + SET_OF_PODS);
        cluster.kubectl("wait --for=delete pod/" + POD + " --timeout=600s");
        cluster.kubectl("scale --replicas=1 " + SET_OF_PODS);
        cluster.kubectl("rollout status " + SET_OF_PODS + " --timeout=600s");
    }

    /** All that it answers to these lines, through a forwarded port. */
    List<String> talk(String... lines) {
        try (PortForward memcached = PortForward.run(cluster, "kubectl port-forward service/pmem-memcached 11211")) {
            return memcached.talk(lines);
        }
    }

    /** Removes it and its volume, if it is there. */
    void remove() {
        cluster.kubectl("delete --ignore-not-found --kustomize " + MANIFESTS);
        cluster.kubectl("delete --ignore-not-found pvc " + CLAIM);
    }
}
