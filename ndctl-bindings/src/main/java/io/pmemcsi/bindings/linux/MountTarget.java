// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.file.Path;

/**
 * Where to mount: an existing entry of an open directory, itself open. Closing it closes the entry, not the directory.
 *
 * @param parent the directory
 * @param name the entry's name in it
 * @param node the entry; after a mount it still is what lies below
 */
public record MountTarget(OpenFd parent, String name, OpenFd node) implements AutoCloseable {
    /** What is mounted at the entry now. */
    OpenFd mounted() {
        return LinuxFiles.openBeneath(parent, Path.of(name));
    }

    @Override
    public void close() {
        node.close();
    }

    @Override
    public String toString() {
        return parent + "/" + name;
    }
}
