// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.mount.MounterFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract of the mount port on logical volumes, in a guest with an fsdax namespace that nothing else uses. */
final class LvmMounterOnPmem {
    @BeforeAll
    static void make_a_group() {
        LvmFixture.group("ndbus0region0fsdax", LvmFixture.namespaces().getFirst(), ByteSize.mebibytes(1536));
    }

    @AfterAll
    static void remove_it() {
        LvmFixture.removeGroups();
    }

    private static MounterFixture onLvm(FsType type, Path root) {
        DeviceManager devices = LvmFixture.manager();
        var _ = devices.recover();
        return new DeviceFixture(devices, Usage.APP_DIRECT, type, root);
    }

    @Nested
    final class Ext4 extends PmemMounterContract {
        @Override
        protected MounterFixture open(Path allowed) {
            return onLvm(FsType.EXT4, allowed);
        }
    }

    @Nested
    final class Xfs extends PmemMounterContract {
        @Override
        protected MounterFixture open(Path allowed) {
            return onLvm(FsType.XFS, allowed);
        }
    }
}
