// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

/** Claims, and pods that Pod Security "restricted" admits. */
final class Pods {
    private Pods() {}

    /**
     * A pod with one container.
     *
     * @param containerAndVolumes the rest of the YAML: the container's command and mounts, and the pod's volumes
     */
    static String of(String name, String namespace, String containerAndVolumes) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s}
                spec:
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 1
                  securityContext:
                    runAsUser: 4444
                    runAsGroup: 4444
                    runAsNonRoot: true
                    fsGroup: 4444
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                  - name: app
                    image: busybox:1.37
                    securityContext:
                      allowPrivilegeEscalation: false
                      capabilities: {drop: [ALL]}
                """.formatted(name, namespace) + containerAndVolumes;
    }

    /** A claim of one pod or several on a node, for a file system. */
    static String claim(String name, String namespace, String storageClass, String size) {
        return claim(name, namespace, storageClass, size, "accessModes: [ReadWriteOnce]");
    }

    /**
     * A claim.
     *
     * @param more lines of its spec: the access modes, which it must have, and others
     */
    static String claim(String name, String namespace, String storageClass, String size, String more) {
        return """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %s, namespace: %s}
                spec:
                  storageClassName: %s
                  resources: {requests: {storage: %s}}
                """.formatted(name, namespace, storageClass, size) + more.indent(2);
    }

    /** A pod that does nothing with an inline volume of 64 MiB, mounted at {@code /scratch}. */
    static String withScratch(String name, String namespace) {
        return of(name, namespace, """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: scratch, mountPath: /scratch}
                  volumes:
                  - name: scratch
                    csi: {driver: pmem-csi.intel.com, volumeAttributes: {size: 64Mi}}
                """);
    }

    /** A pod that does nothing with the claim that has its name, mounted at {@code /data}. */
    static String using(String claim, String namespace) {
        return of(claim, namespace, """
                    command: ["sleep", "infinity"]
                    volumeMounts:
                    - {name: data, mountPath: /data}
                  volumes:
                  - {name: data, persistentVolumeClaim: {claimName: %s}}
                """.formatted(claim));
    }
}
