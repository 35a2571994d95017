// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.FileIdentity;
import io.pmemcsi.bindings.linux.LoopDevices;
import io.pmemcsi.bindings.linux.LoopStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which loop device shows which backing file. Safe for concurrent use on different files. */
final class Attachments {
    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

    private final BackingDirectory directory;
    private final LoopDevices loops;
    private final BlockDevices blocks;

    Attachments(BackingDirectory directory, LoopDevices loops, BlockDevices blocks) {
        this.directory = directory;
        this.loops = loops;
        this.blocks = blocks;
    }

    /** The loop device of {@code file}, if its number still is {@code known} or its backing path is that of the file. */
    Optional<LoopStatus> find(BackingFile file, Optional<Integer> known) {
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

    /** The loop device of {@code file}: the one it has, or a new one; as large as the file, and there to stay. */
    LoopStatus attach(BackingFile file, Optional<Integer> known) {
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
            LOG.debug("{} shows {} without direct I/O", made.node(), file.path());
        }
        return made;
    }

    /** Detaches all loop devices of {@code file}; false when one is in use. */
    boolean detach(BackingFile file, Optional<Integer> known) {
        Optional<LoopStatus> attached = find(file, known);
        while (attached.isPresent()) {
            if (!loops.detach(attached.get().number(), file.identity())) {
                return false;
            }
            attached = find(file, Optional.empty());
        }
        return true;
    }

    /**
     * Looks at all loop devices of this machine, and detaches those on files of our directory that show none of
     * {@code files} as they should: files deleted since, parts of files, second devices on one file.
     *
     * @return the devices that stay
     */
    List<LoopStatus> sweep(List<BackingFile> files) {
        List<LoopStatus> kept = new ArrayList<>();
        for (LoopStatus loop : ours()) {
            boolean first = kept.stream().noneMatch(other -> other.backing().equals(loop.backing()));
            boolean wanted = files.stream().anyMatch(file -> file.identity().equals(loop.backing()));
            if (wanted && first && loop.isWhole()) {
                kept.add(loop);
            } else if (loops.detach(loop.number(), loop.backing())) {
                LOG.info("detached {}, which showed no volume", loop.node());
            } else {
                LOG.warn("{} shows no volume but is in use; it stays attached", loop.node());
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
