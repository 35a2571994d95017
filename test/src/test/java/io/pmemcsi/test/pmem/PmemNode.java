// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.test.system.CsiSocket;
import io.pmemcsi.test.system.Orchestrator;
import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestDriver;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A guest whose persistent memory serves both device modes: half of it is prepared for logical volumes, and the rest is
 * free for namespaces. One driver runs at a time, and is called from this machine as the kubelet would.
 */
final class PmemNode implements AutoCloseable {

    private final Guest guest;

    private PmemNode(Guest guest) {
        this.guest = guest;
    }

    /** With a module of this size, and more options of {@code vm start}. */
    static PmemNode start(String size, String... options) {
        Guest guest = Guest.start(Stream.concat(Stream.of("--nvdimm", size, "--labels", "yes"), Stream.of(options))
                .toArray(String[]::new));
        try {
            GuestDriver.install(guest);
            guest.sh(GuestDriver.PMEM_CSI + " prepare --pmem-percentage 50");
            return new PmemNode(guest);
        } catch (AssertionError e) {
            guest.close();
            throw e;
        }
    }

    Guest guest() {
        return guest;
    }

    /** A driver of a device mode, started and connected; each mode has its own state directory. */
    Running driver(String mode, String... options) {
        return new Running(GuestDriver.of(guest, mode).start(options(mode, options)));
    }

    /** The same, started again at each boot. */
    Running driverAtEachBoot(String mode) {
        return new Running(GuestDriver.of(guest, mode).startAtEachBoot(options(mode)));
    }

    /** The driver that has started with the machine. */
    Running driverOfThisBoot(String mode) {
        GuestDriver process = GuestDriver.of(guest, mode);
        process.awaitReady();
        return new Running(process);
    }

    private static String[] options(String mode, String... more) {
        return Stream.concat(Stream.of("--state-dir", state(mode)), Stream.of(more))
                .toArray(String[]::new);
    }

    /** Where a driver of this mode keeps its records. */
    static String state(String mode) {
        return "/var/lib/pmem-csi-" + mode;
    }

    @Override
    public void close() {
        guest.close();
    }

    /** A running driver with a client. Closing it stops the driver. */
    final class Running implements AutoCloseable {
        private final GuestDriver process;
        private final CsiSocket csi;
        private final Orchestrator kubelet;

        private Running(GuestDriver process) {
            this.process = process;
            this.csi = new CsiSocket(guest.tunnel(GuestDriver.SOCKET));
            this.kubelet =
                    new Orchestrator(csi, Path.of(GuestDriver.KUBELET), directory -> guest.sh("mkdir -p " + directory));
        }

        CsiSocket csi() {
            return csi;
        }

        Orchestrator kubelet() {
            return kubelet;
        }

        GuestDriver process() {
            return process;
        }

        /** Forgets the driver, which somebody has killed. */
        void disconnect() {
            csi.close();
        }

        @Override
        public void close() {
            csi.close();
            process.stop();
        }
    }
}
