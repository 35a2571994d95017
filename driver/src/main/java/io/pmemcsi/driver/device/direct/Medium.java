// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Region;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The persistent memory that namespaces are made of; as the methods of {@link io.pmemcsi.bindings.ndctl.Ndctl} with the
 * same names. Safe for concurrent use. Failures are {@link io.pmemcsi.bindings.NativeCallException}.
 */
interface Medium {
    List<Region> regions();

    List<Namespace> namespaces();

    Namespace create(NamespaceSpec spec);

    Namespace enable(Namespace namespace);

    Namespace enableRaw(Namespace namespace);

    void destroy(Namespace namespace);

    Optional<String> identity(Path node);

    /** Overwrites part of a device that nobody else holds, durably. */
    void zero(Path node, long offset, long length);

    /** Whether the first {@code length} bytes are all zero. */
    boolean isBlank(Path node, int length);

    /** The damaged ranges of a device. */
    List<BadBlocks.Range> badBlocks(Path node);
}
