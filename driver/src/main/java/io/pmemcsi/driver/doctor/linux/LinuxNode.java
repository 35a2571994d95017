// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.doctor.Facts;
import io.pmemcsi.driver.doctor.PmemFacts;
import java.nio.file.Path;

/** This machine. Looking at it changes nothing: no file is made, no device attached, no lock taken. */
public final class LinuxNode {
    private static final String IN_CLUSTER = "KUBERNETES_SERVICE_HOST";

    private final KernelFiles kernel;

    /** The machine that this process runs on. */
    public LinuxNode() {
        this(Path.of("/"));
    }

    /** A machine whose {@code /proc}, {@code /sys}, {@code /dev} and programs are below another directory. */
    LinuxNode(Path root) {
        this.kernel = new KernelFiles(root);
    }

    /** This process; without rights when the kernel does not tell. */
    public Facts.Caller caller() {
        return kernel.caller();
    }

    /** What its kernel tells of a block device. */
    public PmemFacts.BlockDevice block(Path node) {
        return new BlockLook(kernel).facts(node);
    }

    /** Whether a block device is mounted, or another one is made of it; without claiming it to find out. */
    public boolean isUsed(Path node) {
        return new BlockLook(kernel).isUsed(node);
    }

    /** Gathers the facts about it. */
    public Facts facts(DriverConfig config, Surroundings around, Facts.EndpointState endpoint, PmemFacts memory) {
        DriverConfig.Directories directories = config.directories();
        String mounts = kernel.mounts();
        Facts.Directory kubelet = Places.look(directories.kubelet());
        return new Facts(
                config,
                around.environment().containsKey(IN_CLUSTER),
                kernel.caller(),
                new SystemLook(kernel).facts(),
                new StateLook(mounts, kernel.locks()).facts(directories.state()),
                kubelet,
                MountedAt.find(mounts, Places.real(kubelet.nearest()))
                        .filter(MountedAt::shared)
                        .isPresent(),
                directories.registration().map(Places::look),
                endpoint,
                new SupportLook(kernel).facts(),
                memory);
    }
}
