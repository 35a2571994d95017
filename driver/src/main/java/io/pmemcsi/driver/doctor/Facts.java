// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that the rules judge.
 *
 * @param config what the driver would be, or has been, started with
 * @param inCluster whether this process runs in a pod
 * @param caller this process
 * @param system the kernel and what is installed
 * @param state the state directory
 * @param kubelet the kubelet's directory
 * @param kubeletShared whether mounts made in the kubelet's directory show up in other mount namespaces
 * @param registration the directory for registration; empty when none is configured
 * @param endpoint what is at the endpoint
 * @param support what persistent memory needs of the kernel
 * @param pmem the persistent memory
 */
public record Facts(
        DriverConfig config,
        boolean inCluster,
        Caller caller,
        SystemFacts system,
        State state,
        Directory kubelet,
        boolean kubeletShared,
        Optional<Directory> registration,
        EndpointState endpoint,
        PmemSupport support,
        PmemFacts pmem) {

    /**
     * This process.
     *
     * @param user its effective user id
     * @param capabilities its effective capabilities, one bit each, see capabilities(7)
     */
    public record Caller(int user, long capabilities) {
        private static final int CAP_SYS_ADMIN = 21;
        private static final int CAP_SYS_RESOURCE = 24;

        /** Whether it may mount and attach devices (SYS_ADMIN). */
        public boolean mayAdministrate() {
            return has(CAP_SYS_ADMIN);
        }

        /** Whether it may grow a mounted ext4 (SYS_RESOURCE). */
        public boolean mayExceedLimits() {
            return has(CAP_SYS_RESOURCE);
        }

        private boolean has(int capability) {
            return (capabilities >>> capability) % 2 != 0;
        }
    }

    /**
     * The kernel and what is installed.
     *
     * @param kernel what the kernel is and offers
     * @param loops the loop devices
     * @param tools the programs that the driver runs
     * @param libblkid empty when it can be loaded, else the reason why not
     * @param regions how many regions of persistent memory there are; empty when the kernel has no support for them
     */
    public record SystemFacts(
            Kernel kernel, Loops loops, List<Tool> tools, Optional<String> libblkid, Optional<Integer> regions) {
        public SystemFacts {
            tools = List.copyOf(tools);
        }
    }

    /**
     * What the kernel is and offers.
     *
     * @param release its release, such as {@code 6.1.0-18-amd64}
     * @param mountApi what the driver mounts with
     * @param bestMountApi whether that is the newest that the driver knows
     */
    public record Kernel(String release, String mountApi, boolean bestMountApi) {}

    /**
     * The loop devices.
     *
     * @param control whether {@code /dev/loop-control} is there
     * @param writable whether this process may write to it
     * @param attached how many devices show a file
     * @param free how many devices do not; the kernel makes more on demand
     */
    public record Loops(boolean control, boolean writable, int attached, int free) {}

    /**
     * A program.
     *
     * @param name its name
     * @param packageName the Debian package that brings it
     * @param purpose what cannot be done without it
     * @param installed whether it is where the driver looks
     */
    public record Tool(String name, String packageName, String purpose, boolean installed) {}

    /** What is at the path of a directory. */
    public enum Form {
        /** A directory. */
        THERE,
        /** Nothing. */
        ABSENT,
        /** Something else, or something else is where a directory above it should be. */
        BLOCKED
    }

    /**
     * A directory, or the place of one.
     *
     * @param path where it should be
     * @param form what is there
     * @param nearest the path itself if there is anything, else the nearest one above it that exists
     * @param writable whether this process can make files in {@code nearest}
     */
    public record Directory(Path path, Form form, Path nearest, boolean writable) {}

    /**
     * The state directory.
     *
     * @param directory the directory itself
     * @param owner the user id of its owner; empty when it is absent
     * @param openToOthers whether its group or everybody may write to it
     * @param free what is free on its file system
     * @param used what emulated volumes take of that file system already
     * @param holder the process that has its lock
     * @param damaged the names of damaged records; empty when they cannot be listed
     */
    public record State(
            Directory directory,
            Optional<Integer> owner,
            boolean openToOthers,
            ByteSize free,
            ByteSize used,
            OptionalLong holder,
            Optional<List<String>> damaged) {}

    /** What is at the endpoint. */
    public sealed interface EndpointState {
        /** There is no such file. */
        record Absent() implements EndpointState {}

        /** A file that is no socket. */
        record NoSocket() implements EndpointState {}

        /** A socket where nobody listens. */
        record Abandoned() implements EndpointState {}

        /** Somebody listens, but no CSI driver; or the socket cannot be reached. */
        record Failing(String reason) implements EndpointState {}

        /** A CSI driver answers. */
        record Answering(String driverName, boolean ready) implements EndpointState {}
    }
}
