// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.Optional;

/** The settings of the driver: one per flag of {@code pmem-csi node}. */
public enum Setting {
    DRIVER_NAME("--driver-name", "-drivername", "NAME", "CSI name of the driver. Default: pmem-csi.intel.com"),
    NODE_ID(
            "--node-id",
            "-nodeid",
            "ID",
            "Name of this node. Default: environment variable KUBE_NODE_NAME, else the host name"),
    ENDPOINT(
            "--endpoint",
            "-endpoint",
            "URL",
            "Socket to listen on. Default: environment variable CSI_ENDPOINT, else unix:///var/lib/pmem-csi/csi.sock"),
    DEVICE_MODE(
            "--device-mode",
            "-deviceManager",
            "MODE",
            "What volumes are made of: lvm (logical volumes on persistent memory), direct (one namespace of persistent"
                    + " memory each), emulated (files behind loop devices; not persistent memory) or memory (nothing"
                    + " real, for tests). Default: lvm"),
    STATE_DIR(
            "--state-dir",
            "-statePath",
            "DIR",
            "Where the driver remembers its volumes. Default: /var/lib/<driver name>"),
    KUBELET_DIR(
            "--kubelet-dir",
            "",
            "DIR",
            "The kubelet's directory; volumes are mounted only below it. Default: /var/lib/kubelet"),
    CAPACITY(
            "--capacity",
            "",
            "SIZE",
            "Space for all volumes, such as 64Gi; only for emulated and memory. Default: 10Gi"),
    KUBELET_REGISTRATION_DIR(
            "--kubelet-registration-dir",
            "",
            "DIR",
            "Register with the kubelet through a socket in this directory, usually /var/lib/kubelet/plugins_registry."
                    + " Default: do not register"),
    ERASE_RATE("--erase-rate", "", "SIZE", "Bytes per second for erasing deleted volumes. Default: no limit"),
    INLINE_MAX_SIZE("--inline-max-size", "", "SIZE", "Largest inline volume that a pod may ask for. Default: no limit"),
    WORKERS("--workers", "", "COUNT", "How many requests are worked on at the same time, 1 to 256. Default: 8"),
    METRICS_LISTEN(
            "--metrics-listen",
            "-metricsListen",
            "ADDRESS",
            "Serve /metrics, /startedz, /readyz and /healthz over HTTP there: HOST:PORT, or :PORT for all addresses. Default: not at all"),
    LOGGING_FORMAT("--logging-format", "-logging-format", "FORMAT", "Form of the log: text or json. Default: text"),
    LOG_LEVEL("-v", "", "LEVEL", "How much to log: info or debug. Default: info");

    private final String flag;
    private final String formerFlag;
    private final String valueName;
    private final String help;

    Setting(String flag, String formerFlag, String valueName, String help) {
        this.flag = flag;
        this.formerFlag = formerFlag;
        this.valueName = valueName;
        this.help = help;
    }

    public String flag() {
        return flag;
    }

    /** What the flag with the same meaning was called in the archived Go driver, where there was one. */
    public Optional<String> formerFlag() {
        return formerFlag.isEmpty() ? Optional.empty() : Optional.of(formerFlag);
    }

    public String valueName() {
        return valueName;
    }

    public String help() {
        return help;
    }
}
