// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.FileIdentity;
import io.pmemcsi.bindings.linux.LoopDevices;
import io.pmemcsi.bindings.linux.LoopStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop devices of the kernel. */
final class LoopAttachments implements Attachments {
    private static final Logger LOG = LoggerFactory.getLogger(LoopAttachments.class);

    private final BackingDirectory directory;
    private final LoopDevices loops;
    private final BlockDevices blocks;

    LoopAttachments(BackingDirectory directory, LoopDevices loops, BlockDevices blocks) {
        this.directory = directory;
        this.loops = loops;
        this.blocks = blocks;
    }

    /** The loop device of {@code file}, if its number still is {@code known} or its backing path is that of the file. */
    private Optional<LoopStatus> find(BackingFile file, Optional<Integer> known) {
        Optional<LoopStatus> same = known.flatMap(number -> showing(number, file));
        if (same.isPresent()) {
            return same;
        }
        return loops.attached().stream()
                .filter(number ->
                        loops.backingPath(number).filter(file.path()::equals).isPresent())
                .flatMap(number -> showing(number, file).stream())
                .findFirst();
    }

    @Override
    public LoopStatus attach(BackingFile file, Optional<Integer> known) {
        LoopStatus loop = find(file, known).orElseGet(() -> make(file));
        if (loop.isAutoclear()) {
            loops.keep(loop.number(), file.identity());
        }
        if (blocks.size(loop.node()) != file.size().bytes()) {
            loops.refreshSize(loop.number());
        }
        return loop;
    }

    private LoopStatus make(BackingFile file) {
        LoopStatus made =
                loops.attach(file.path(), labelPrefix() + file.id().value().substring(0, 16));
        if (!made.isDirect()) {
            LOG.atDebug()
                    .addKeyValue("volume", file.id())
                    .addKeyValue("loop", made.node())
                    .log("the backing file is shown without direct I/O");
        }
        reserve(made);
        return made;
    }

    /**
     * Keeps users of a device from giving parts of its space back to the host with discard (fstrim, mkfs): it would be
     * missing as soon as they write there again and the host is full. Best effort, as in a container /sys may be
     * read-only. The kernel keeps this with the number of the loop device, also after it is detached, and nobody can take it
     * back: where discard is off its granularity is 0, and then Linux refuses any other limit with EINVAL.
     */
    private static void reserve(LoopStatus loop) {
        Path limit = Path.of("/sys/block/loop" + loop.number() + "/queue/discard_max_bytes");
        try {
            Files.writeString(limit, "0", StandardOpenOption.WRITE);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("loop", loop.node())
                    .setCause(e)
                    .log("discard stays on: what users of this device discard is no longer reserved on the host");
        }
    }

    @Override
    public boolean detach(BackingFile file, Optional<Integer> known) {
        Optional<LoopStatus> attached = find(file, known);
        while (attached.isPresent()) {
            if (!loops.detach(attached.get().number(), file.identity())) {
                return false;
            }
            attached = find(file, Optional.empty());
        }
        return true;
    }

    @Override
    public List<LoopStatus> sweep(List<BackingFile> files) {
        List<LoopStatus> kept = new ArrayList<>();
        for (LoopStatus loop : ours()) {
            boolean first = kept.stream().noneMatch(other -> other.backing().equals(loop.backing()));
            boolean wanted = files.stream().anyMatch(file -> file.identity().equals(loop.backing()));
            if (wanted && first && loop.isWhole()) {
                reserve(loop);
                kept.add(loop);
            } else if (loops.detach(loop.number(), loop.backing())) {
                LOG.atInfo().addKeyValue("loop", loop.node()).log("detached a loop device that showed no volume");
            } else {
                LOG.atWarn()
                        .addKeyValue("loop", loop.node())
                        .log("this loop device shows no volume but is in use; it stays attached");
            }
        }
        return kept;
    }

    /** Devices on files of our directory, those in use first. */
    private List<LoopStatus> ours() {
        String prefix = labelPrefix();
        List<LoopStatus> found = new ArrayList<>();
        for (int number : loops.attached()) {
            boolean here = loops.backingPath(number).filter(directory::contains).isPresent();
            loops.status(number)
                    .filter(loop -> here || loop.label().startsWith(prefix))
                    .ifPresent(loop -> found.add(blocks.isHeld(loop.node()) ? 0 : found.size(), loop));
        }
        return found;
    }

    private Optional<LoopStatus> showing(int number, BackingFile file) {
        return loops.status(number).filter(loop -> loop.backing().equals(file.identity()) && loop.isWhole());
    }

    /** Marks our devices even where the kernel gives their files other paths, as after the restart of a container. */
    private String labelPrefix() {
        FileIdentity identity = directory.identity();
        return "pmem-csi/" + Long.toHexString(identity.device()) + "-" + Long.toHexString(identity.inode()) + "/";
    }
}
