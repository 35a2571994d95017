// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.direct.DirectDeviceManager;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.mount.MounterContract;
import io.pmemcsi.driver.mount.MounterFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** The contract of the mount port on namespaces, in a guest with free space in a labelled region. */
final class DirectMounterOnPmem {
    private static final Ndctl NDCTL = Ndctl.load().require();

    private static MounterFixture onNamespaces(Usage usage, FsType type, Path root) {
        DeviceManager devices = new DirectDeviceManager(NDCTL);
        var _ = devices.recover();
        return new DeviceFixture(devices, usage, type, root);
    }

    @Nested
    final class Ext4 extends PmemMounterContract {
        @Override
        protected MounterFixture open(Path allowed) {
            return onNamespaces(Usage.APP_DIRECT, FsType.EXT4, allowed);
        }
    }

    @Nested
    final class Xfs extends PmemMounterContract {
        @Override
        protected MounterFixture open(Path allowed) {
            return onNamespaces(Usage.APP_DIRECT, FsType.XFS, allowed);
        }
    }

    /** Sector mode has no DAX, and says so. */
    @Nested
    final class Ext4InSectorMode extends MounterContract {
        @Override
        protected MounterFixture open(Path allowed) {
            return onNamespaces(Usage.FILE_IO, FsType.EXT4, allowed);
        }
    }
}
