// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root: only it may make device nodes. */
final class DeviceNodesIT {
    @Test
    void a_missing_node_is_made(@TempDir Path temporary) throws IOException {
        Path numbers = Files.writeString(temporary.resolve("dev"), "7:3\n");
        Path node = temporary.resolve("loop3");
        DeviceNodes.makeBlockNode(node, numbers);
        DeviceNodes.makeBlockNode(node, numbers);
        assertThat(Files.getAttribute(node, "unix:rdev")).isEqualTo(0x703L);
        assertThat(Files.readAttributes(node, BasicFileAttributes.class).isOther())
                .isTrue();
    }
}
