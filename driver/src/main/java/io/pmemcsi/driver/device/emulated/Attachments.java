// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.LoopStatus;
import java.util.List;
import java.util.Optional;

/** Which loop device shows which backing file. Safe for concurrent use on different files. */
interface Attachments {
    /**
     * The loop device of {@code file}: the one it has, or a new one; as large as the file, and there to stay. A few system
     * calls when {@code known} is right.
     *
     * @param known the number of the loop device at the last call
     */
    LoopStatus attach(BackingFile file, Optional<Integer> known);

    /** Detaches all loop devices of {@code file}; false when one is in use. */
    boolean detach(BackingFile file, Optional<Integer> known);

    /**
     * Looks at all loop devices of this machine, and detaches those on files of our directory that show none of
     * {@code files} as they should: files deleted since, parts of files, second devices on one file.
     *
     * @return the devices that stay
     */
    List<LoopStatus> sweep(List<BackingFile> files);
}
