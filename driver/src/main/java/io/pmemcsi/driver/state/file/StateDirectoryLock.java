// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The right to use a state directory, held by one process at a time. The kernel takes it back when the process ends, in
 * whatever way. Not for use by several threads.
 */
public final class StateDirectoryLock implements AutoCloseable {
    private static final String NAME = "lock";
    private static final int TEXT_SIZE = 64;

    private final Path directory;
    private final FileChannel channel;

    private StateDirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of {@code directory}, which is made (mode 0700) when absent. Never waits.
     *
     * @throws StorageException of kind IN_USE when another process has it (the message names that process if it can), or
     *     NOT_READY when others may change the directory
     */
    public static StateDirectoryLock acquire(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            requirePrivate(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve(NAME),
                    Set.of(
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return locked(directory, channel);
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "locking the state directory " + directory + ": " + e, e);
        }
    }

    /** Whoever else may change the directory could make this process, which is root, write to any file of the node. */
    private static void requirePrivate(Path directory) throws IOException {
        Object owner = Files.getAttribute(directory, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        boolean writable = permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
        if (!owner.equals(self) || writable) {
            throw new StorageException(
                    FailureKind.NOT_READY,
                    "the state directory " + directory + " must belong to the user of this process (" + self
                            + ") and be writable by nobody else; it belongs to " + owner + " and has the mode "
                            + PosixFilePermissions.toString(permissions));
        }
    }

    private static StateDirectoryLock locked(Path directory, FileChannel channel) throws IOException {
        try {
            if (!tryLock(channel)) {
                throw new StorageException(
                        FailureKind.IN_USE,
                        "the state directory " + directory + " is in use by another instance of this driver"
                                + holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return new StateDirectoryLock(directory, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    // The lock lives as long as the channel.
    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(TEXT_SIZE);
        channel.read(bytes, 0);
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        return text.matches("[0-9]{1,10}") ? " (process " + text + ")" : "";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "unlocking the state directory " + directory + ": " + e, e);
        }
    }
}
