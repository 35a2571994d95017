// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.system.Eventually;

/** The built distribution in a guest machine, on the guest's own Java: the driver as a process, and its command line. */
public final class GuestDriver {
    /** The command in the machine. */
    public static final String PMEM_CSI = "/opt/pmem-csi/bin/pmem-csi";

    /** The driver's socket in the machine. */
    public static final String SOCKET = "/run/pmem-csi/csi.sock";

    /** The directory that plays the kubelet's. */
    public static final String KUBELET = "/var/lib/kubelet";

    private static final String LOG = "/var/log/pmem-csi.log";

    private final Guest guest;
    private final String mode;

    private GuestDriver(Guest guest, String mode) {
        this.guest = guest;
        this.mode = mode;
    }

    /** Copies the distribution into the machine. */
    public static void install(Guest guest) {
        guest.installDriver();
        guest.sh("mkdir -p " + KUBELET + "/pods " + KUBELET + "/plugins");
    }

    /** A driver of this device mode, not started yet. */
    public static GuestDriver of(Guest guest, String mode) {
        return new GuestDriver(guest, mode);
    }

    /** Starts the driver and waits until it answers. */
    public GuestDriver start(String... options) {
        guest.sh(line(options));
        awaitReady();
        return this;
    }

    /** Starts the driver now and at each boot. */
    public GuestDriver startAtEachBoot(String... options) {
        guest.sh("cat >/opt/vm/init.d/driver <<'END'\n" + line(options) + "\nEND\nsync");
        return start(options);
    }

    private String line(String... options) {
        return "CSI_ENDPOINT=unix://" + SOCKET + " setsid " + PMEM_CSI + " node --device-mode " + mode
                + " --node-id guest --kubelet-dir " + KUBELET + " " + String.join(" ", options) + " >>" + LOG
                + " 2>&1 </dev/null & echo $! >/run/pmem-csi.pid";
    }

    /** Waits until a driver that is starting answers. */
    public void awaitReady() {
        Eventually.holds("the start of the driver in the guest", () -> {
            assertThat(guest.run("kill -0 $(cat /run/pmem-csi.pid)").code())
                    .as(() -> "the driver runs\n" + log())
                    .isZero();
            // A killed driver leaves the file of its socket behind, but nobody listens there (flag 00010000).
            return guest.run("grep -q ' 00010000 .* " + SOCKET + "$' /proc/net/unix")
                            .code()
                    == 0;
        });
    }

    /** SIGTERM, and waits for the end. */
    public void stop() {
        guest.sh(
                "kill -TERM $(cat /run/pmem-csi.pid); while kill -0 $(cat /run/pmem-csi.pid) 2>/dev/null; do sleep 0.1; done");
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        guest.sh(
                "kill -KILL $(cat /run/pmem-csi.pid); while kill -0 $(cat /run/pmem-csi.pid) 2>/dev/null; do sleep 0.1; done");
    }

    /** What a command on the driver's socket prints: {@code pmem-csi volumes ...}. */
    public String volumes(String arguments) {
        return guest.sh("CSI_ENDPOINT=unix://" + SOCKET + " " + PMEM_CSI + " volumes " + arguments);
    }

    /** The same, whatever its outcome. */
    public Guest.Result tryVolumes(String arguments) {
        return guest.run("CSI_ENDPOINT=unix://" + SOCKET + " " + PMEM_CSI + " volumes " + arguments);
    }

    public String log() {
        return guest.run("cat " + LOG).out();
    }
}
