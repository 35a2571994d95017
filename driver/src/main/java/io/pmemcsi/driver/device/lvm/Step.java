// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.Optional;

/** One thing that preparing a node does. Its text says it to a person, without a subject. */
public sealed interface Step {
    /** Writes empty labels to the modules of a region. */
    record InitLabels(String region) implements Step {
        @Override
        public String toString() {
            return "initialise the labels of " + region;
        }
    }

    /** Makes room of a raw namespace that has a label, or of one whose creation was interrupted. */
    record DestroyNamespace(String namespace, ByteSize size, String reason) implements Step {
        @Override
        public String toString() {
            return "destroy " + namespace + " of " + size + " (" + reason + ")";
        }
    }

    /** Makes fsdax of the raw namespace of a region without labels. */
    record ReconfigureNamespace(String namespace, ByteSize size) implements Step {
        @Override
        public String toString() {
            return "reconfigure " + namespace + " of " + size + " from raw to fsdax";
        }
    }

    /** Gives a namespace of the driver its device back. */
    record EnableNamespace(String namespace) implements Step {
        @Override
        public String toString() {
            return "enable " + namespace;
        }
    }

    /** Makes a namespace of the driver. */
    record CreateNamespace(String region, ByteSize size) implements Step {
        @Override
        public String toString() {
            return "create a namespace '" + Survey.NAMESPACE + "' of " + size + " in " + region + " (fsdax, 2Mi pages)";
        }
    }

    /**
     * Makes a volume group, or adds to one.
     *
     * @param exists whether the group exists already
     * @param device the namespace's device; empty for that of a namespace that an earlier step makes
     */
    record AddToGroup(String group, boolean exists, Optional<Path> device) implements Step {
        @Override
        public String toString() {
            String what = device.map(Path::toString).orElse("the new namespace");
            return exists
                    ? "add " + what + " to the volume group " + group
                    : "create the volume group " + group + " on " + what;
        }
    }
}
