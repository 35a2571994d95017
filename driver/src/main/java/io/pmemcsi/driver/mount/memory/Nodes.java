// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.TargetRules;
import java.nio.file.Path;

/** The directories and files on which a {@link MemoryMounter} mounts. */
sealed interface Nodes permits RealNodes, ImaginedNodes {
    /** What is at a path; links are not followed. */
    enum Kind {
        ABSENT,
        DIRECTORY,
        EMPTY_FILE,
        FILE_WITH_CONTENT,
        SYMBOLIC_LINK,
        OTHER
    }

    /**
     * Checks the directory that holds a target.
     *
     * @throws StorageException of kind NOT_FOUND when it is absent, INVALID_REQUEST when the way there holds a
     *     symbolic link or something that is no directory
     */
    void requireParent(TargetRules.Place place);

    /** Whether a directory below which targets lie exists. */
    boolean isRoot(Path root);

    Kind kind(Path target);

    /** Whether a directory holds anything. */
    boolean holdsEntries(Path directory);

    /** Makes an absent directory or empty file. */
    void make(Path target, Kind kind);

    /**
     * Removes a directory or an empty file.
     *
     * @throws StorageException of kind IN_USE when the directory holds anything
     */
    void remove(Path target);
}
