// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.driver.doctor.Facts;
import io.pmemcsi.driver.domain.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The state directory, with the names that the driver uses in it. */
final class StateLook {
    private static final int WRITABLE_BY_OTHERS = 0022;

    private final String mounts;
    private final String locks;

    StateLook(String mounts, String locks) {
        this.mounts = mounts;
        this.locks = locks;
    }

    Facts.State facts(Path path) {
        Facts.Directory directory = Places.look(path);
        boolean there = directory.form() == Facts.Form.THERE;
        return new Facts.State(
                directory,
                there ? attribute(path, "unix:uid") : Optional.empty(),
                there && (attribute(path, "unix:mode").orElse(0) & WRITABLE_BY_OTHERS) != 0,
                free(directory.nearest()),
                used(path.resolve("emulated")),
                holder(path.resolve("lock")),
                damaged(path.resolve("volumes")));
    }

    private static Optional<Integer> attribute(Path path, String name) {
        try {
            return Files.getAttribute(path, name) instanceof Integer value ? Optional.of(value) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static ByteSize free(Path nearest) {
        try {
            return ByteSize.of(Math.max(0, Files.getFileStore(nearest).getUsableSpace()));
        } catch (IOException e) {
            return ByteSize.ZERO;
        }
    }

    private static ByteSize used(Path images) {
        long used = 0;
        try (var files = Files.newDirectoryStream(images, "*.img")) {
            for (Path file : files) {
                used += Files.size(file);
            }
        } catch (IOException e) {
            return ByteSize.of(used);
        }
        return ByteSize.of(used);
    }

    private OptionalLong holder(Path lock) {
        try {
            if (!(Files.getAttribute(lock, "unix:ino") instanceof Long inode)) {
                return OptionalLong.empty();
            }
            return MountedAt.find(mounts, lock.toRealPath())
                    .map(mount -> mount.entry().device())
                    .map(device -> LockTable.writer(locks, device.major(), device.minor(), inode))
                    .orElse(OptionalLong.empty());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static Optional<List<String>> damaged(Path records) {
        List<String> names = new ArrayList<>();
        try (var files = Files.newDirectoryStream(records, "*.damaged-*")) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.of(List.of());
        } catch (IOException e) {
            return Optional.empty();
        }
        names.sort(null);
        return Optional.of(names);
    }
}
