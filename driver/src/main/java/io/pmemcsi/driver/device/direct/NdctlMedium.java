// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.bindings.ndctl.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The persistent memory of this machine. */
final class NdctlMedium implements Medium {
    private final Ndctl ndctl;
    private final BlockDevices blocks = new BlockDevices();

    NdctlMedium(Ndctl ndctl) {
        this.ndctl = ndctl;
    }

    @Override
    public List<Region> regions() {
        return ndctl.regions();
    }

    @Override
    public List<Namespace> namespaces() {
        return ndctl.namespaces();
    }

    @Override
    public Namespace create(NamespaceSpec spec) {
        return ndctl.create(spec);
    }

    @Override
    public Namespace enable(Namespace namespace) {
        return ndctl.enable(namespace);
    }

    @Override
    public Namespace enableRaw(Namespace namespace) {
        return ndctl.enableRaw(namespace);
    }

    @Override
    public void destroy(Namespace namespace) {
        ndctl.destroy(namespace);
    }

    @Override
    public Optional<String> identity(Path node) {
        return Ndctl.identity(node);
    }

    @Override
    public void zero(Path node, long offset, long length) {
        blocks.zero(node, offset, length);
    }

    @Override
    public boolean isBlank(Path node, int length) {
        try (FileChannel device = FileChannel.open(node, Set.of(StandardOpenOption.READ))) {
            ByteBuffer data = ByteBuffer.allocate(length);
            while (data.hasRemaining() && device.read(data, data.position()) > 0) {}
            return data.position() == length && ByteBuffer.allocate(length).equals(data.flip());
        } catch (IOException e) {
            throw new NativeCallException("read " + node, Errno.EIO, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public List<BadBlocks.Range> badBlocks(Path node) {
        try (OpenFd device = LinuxFiles.openReference(node)) {
            return BadBlocks.of(LinuxFiles.status(device).special());
        }
    }
}
