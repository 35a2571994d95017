// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.List;

/** The directories that the driver shares with the kubelet. */
final class KubeletChecks {
    static final List<Check> ALL =
            List.of(KubeletChecks::directory, KubeletChecks::propagation, KubeletChecks::registration);

    private KubeletChecks() {}

    static Diagnosis directory(Facts facts) {
        String name = "kubelet directory";
        Facts.Directory kubelet = facts.kubelet();
        String cure = "start the kubelet, or name its directory with --kubelet-dir";
        return switch (kubelet.form()) {
            case THERE -> Diagnosis.ok(name, kubelet.path() + " is there");
            case BLOCKED ->
                Diagnosis.problem(name, kubelet.path() + ": " + kubelet.nearest() + " is not a directory", cure);
            case ABSENT ->
                facts.inCluster()
                        ? Diagnosis.problem(
                                name, kubelet.path() + " is missing", cure + " (a hostPath volume of the pod)")
                        : Diagnosis.note(name, kubelet.path() + " is missing: no kubelet on this node yet", cure);
        };
    }

    static Diagnosis propagation(Facts facts) {
        String name = "mount propagation";
        String path = facts.kubelet().path().toString();
        if (facts.kubeletShared()) {
            return Diagnosis.ok(name, "mounts below " + path + " are shared");
        }
        return facts.inCluster()
                ? Diagnosis.problem(
                        name,
                        path + " is not a shared mount: pods will not see their volumes",
                        "set mountPropagation: Bidirectional for it in the driver's pod, and on the node run"
                                + " mount --make-rshared /")
                : Diagnosis.note(
                        name,
                        path + " is not a shared mount: a driver in a container could not show volumes to pods",
                        "needed in a cluster only: mount --make-rshared /");
    }

    static Diagnosis registration(Facts facts) {
        String name = "registration";
        String cure = "start the kubelet, or correct --kubelet-registration-dir";
        if (facts.registration().isEmpty()) {
            return Diagnosis.ok(name, "not asked for: no --kubelet-registration-dir");
        }
        Facts.Directory directory = facts.registration().get();
        return switch (directory.form()) {
            case THERE ->
                directory.writable()
                        ? Diagnosis.ok(name, directory.path() + " is there and can be written to")
                        : Diagnosis.problem(name, directory.path() + " cannot be written to", "run as root");
            case ABSENT -> Diagnosis.problem(name, directory.path() + " is missing", cure);
            case BLOCKED ->
                Diagnosis.problem(name, directory.path() + ": " + directory.nearest() + " is not a directory", cure);
        };
    }
}
