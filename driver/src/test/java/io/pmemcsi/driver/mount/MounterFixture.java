// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.FsType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What the suite runs on. Closing it undoes all mounts below the root. */
public interface MounterFixture extends AutoCloseable {
    Mounter mounter();

    FileSystems fileSystems();

    /** The file system to make in this run. */
    FsType fsType();

    /** The type that is not made in this run. */
    default FsType otherType() {
        return fsType() == FsType.EXT4 ? FsType.XFS : FsType.EXT4;
    }

    /** A new blank device. */
    Device device() throws IOException;

    /** The device, twice as large; empty where devices never grow. */
    Optional<Device> enlarge(Device device) throws IOException;

    /** Whether file systems on these devices can be mounted with DAX. */
    default boolean hasDax() {
        return false;
    }

    /** Uses what is mounted at a path until closed. */
    AutoCloseable use(Path mountPoint) throws IOException;

    /** Whether files written to a mount are really in the volume. */
    boolean keepsFiles();

    /** Whether the kernel lets this process grow a mounted file system; for ext4 that takes the capability SYS_RESOURCE. */
    boolean mayGrow();

    @Override
    void close();
}
