// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.ndctl.Dimm;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.test.system.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libndctl on a machine with two NVDIMMs whose labels may or may not be initialised; all they hold is lost. */
final class NdctlOnPmem {
    private static final long MIB = 1L << 20;
    private static final String NAME = "name-" + "n".repeat(58);

    private final Ndctl ndctl = Ndctl.load().require();

    @TempDir
    Path temporary = Path.of("");

    @BeforeEach
    void initialise_labels() {
        ndctl.regions().stream().filter(region -> !region.labelled()).forEach(ndctl::initLabels);
    }

    @AfterEach
    void destroy_all() {
        ndctl.namespaces().forEach(ndctl::destroy);
    }

    private Region region() {
        return ndctl.regions().getFirst();
    }

    private NamespaceSpec spec(NamespaceMode mode, long size) {
        return new NamespaceSpec(region().device(), NAME, UUID.randomUUID(), mode, size);
    }

    private static void assertErrno(int errno, ThrowingCallable call) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    @Test
    void regions_and_modules_are_what_the_kernel_says() {
        List<Region> regions = ndctl.regions();
        assertThat(regions).hasSize(2).allSatisfy(region -> {
            assertThat(region.isUsable()).isTrue();
            assertThat(region.labelled()).isTrue();
            assertThat(region.type()).isEqualTo("pmem");
            assertThat(region.provider()).isEqualTo("ACPI.NFIT");
            assertThat(region.align()).isEqualTo(16 * MIB);
            assertThat(region.availableSize()).isEqualTo(region.size());
            assertThat(region.maxAvailableExtent()).isEqualTo(region.size());
            assertThat(region.interleaveWays()).isEqualTo(1);
            assertThat(region.dimms()).hasSize(1);
        });
        assertThat(ndctl.dimms()).hasSize(2).allSatisfy(dimm -> {
            assertThat(dimm.labels()).isTrue();
            assertThat(dimm.enabled()).isTrue();
            assertThat(dimm.errors()).isFalse();
            assertThat(dimm.health()).isEmpty();
        });
        assertThat(ndctl.dimms())
                .extracting(Dimm::device)
                .containsAll(regions.getFirst().dimms());
    }

    @Test
    void an_fsdax_namespace_is_what_was_asked_for() {
        NamespaceSpec spec = spec(NamespaceMode.FSDAX, 64 * MIB);
        Namespace made = ndctl.create(spec);
        assertThat(made.name()).isEqualTo(NAME);
        assertThat(made.uuid()).isEqualTo(spec.uuid());
        assertThat(made.mode()).isEqualTo(NamespaceMode.FSDAX);
        assertThat(made.rawSize()).isEqualTo(64 * MIB);
        assertThat(made.size()).isEqualTo(62 * MIB);
        assertThat(made.dataOffset()).isEqualTo(2 * MIB);
        assertThat(made.enabled()).isTrue();
        assertThat(made.labelled()).isTrue();
        assertThat(new BlockDevices().size(made.blockDevice().orElseThrow())).isEqualTo(made.size());
        assertThat(ndctl.namespaces()).containsExactly(made);
        assertThat(region().availableSize()).isEqualTo(region().size() - 64 * MIB);
        assertThat(ndctl.badBlocks(made)).isEmpty();
    }

    @Test
    void a_sector_namespace_has_sectors_of_4096_bytes() throws Exception {
        Namespace made = ndctl.create(spec(NamespaceMode.SECTOR, 64 * MIB));
        assertThat(made.mode()).isEqualTo(NamespaceMode.SECTOR);
        assertThat(made.size()).isBetween(62 * MIB, 64 * MIB);
        Path node = made.blockDevice().orElseThrow();
        assertThat(new BlockDevices().size(node)).isEqualTo(made.size());
        assertThat(Files.readString(Path.of("/sys/block/" + node.getFileName() + "/queue/logical_block_size")))
                .isEqualTo("4096\n");
    }

    @Test
    void sizes_that_cannot_be_leave_nothing_and_do_not_block_the_next() {
        assertErrno(Errno.EINVAL, () -> ndctl.create(spec(NamespaceMode.FSDAX, 17 * MIB)));
        assertErrno(Errno.ENOSPC, () -> ndctl.create(spec(NamespaceMode.FSDAX, region().size() + 16 * MIB)));
        assertThat(ndctl.namespaces()).isEmpty();
        assertThat(region().availableSize()).isEqualTo(region().size());
        assertThat(ndctl.create(spec(NamespaceMode.SECTOR, 32 * MIB)).enabled()).isTrue();
    }

    @Test
    void a_held_namespace_stays_and_says_so() {
        Namespace made = ndctl.create(spec(NamespaceMode.FSDAX, 64 * MIB));
        Path node = made.blockDevice().orElseThrow();
        Commands.run("mkfs.ext4", "-q", "-b", "4096", node.toString());
        Commands.run("mount", node.toString(), temporary.toString());
        try {
            assertErrno(Errno.EBUSY, () -> ndctl.destroy(made));
            assertErrno(Errno.EBUSY, () -> ndctl.disable(made));
            assertErrno(Errno.EBUSY, () -> ndctl.enableRaw(made));
            assertThat(ndctl.namespaces()).containsExactly(made);
        } finally {
            Commands.run("umount", temporary.toString());
        }
        ndctl.destroy(made);
        assertErrno(Errno.ENODEV, () -> ndctl.destroy(made));
        assertThat(region().availableSize()).isEqualTo(region().size());
    }

    @Test
    void a_disabled_namespace_is_listed_and_can_be_enabled() {
        Namespace made = ndctl.create(spec(NamespaceMode.FSDAX, 64 * MIB));
        ndctl.disable(made);
        Namespace disabled = ndctl.refresh(made);
        assertThat(disabled.enabled()).isFalse();
        assertThat(disabled.blockDevice()).isEmpty();
        assertThat(disabled.name()).isEqualTo(NAME);
        assertThat(ndctl.enable(disabled).size()).isEqualTo(made.size());
        assertThat(ndctl.enable(made).mode()).isEqualTo(NamespaceMode.FSDAX);
    }

    @Test
    void raw_shows_all_of_a_namespace_until_it_is_enabled_again() {
        Namespace made = ndctl.create(spec(NamespaceMode.FSDAX, 64 * MIB));
        Namespace raw = ndctl.enableRaw(made);
        assertThat(raw.rawMode()).isTrue();
        assertThat(raw.mode()).isEqualTo(NamespaceMode.RAW);
        assertThat(new BlockDevices().size(raw.blockDevice().orElseThrow())).isEqualTo(64 * MIB);
        Namespace again = ndctl.enable(raw);
        assertThat(again.rawMode()).isFalse();
        assertThat(again.mode()).isEqualTo(NamespaceMode.FSDAX);
        assertThat(again.size()).isEqualTo(62 * MIB);
    }

    @Test
    void space_that_is_free_in_pieces_is_told_from_space_in_one_piece() {
        long size = region().size();
        List<Namespace> four = List.of(
                ndctl.create(spec(NamespaceMode.FSDAX, size / 4)),
                ndctl.create(spec(NamespaceMode.FSDAX, size / 4)),
                ndctl.create(spec(NamespaceMode.FSDAX, size / 4)),
                ndctl.create(spec(NamespaceMode.FSDAX, size / 4)));
        ndctl.destroy(four.get(0));
        ndctl.destroy(four.get(2));
        assertThat(region().availableSize()).isEqualTo(size / 2);
        assertThat(region().maxAvailableExtent()).isEqualTo(size / 4);
        assertErrno(Errno.ENOSPC, () -> ndctl.create(spec(NamespaceMode.FSDAX, size / 2)));
    }

    @Test
    void labels_are_initialised_once_only() {
        Region region = region();
        assertThatIllegalArgumentException().isThrownBy(() -> ndctl.initLabels(region));
    }
}
