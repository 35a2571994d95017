// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * What the kubelet writes beside the target of a CSI volume for itself ({@code vol_data.json}, in {@code pkg/volume/csi} of
 * Kubernetes). It does not sync the file, so that a power cut can leave it empty.
 */
public final class KubeletNote {
    private static final String NAME = "vol_data.json";
    private static final int MOST = 64 * 1024;

    private KubeletNote() {}

    /**
     * Whether there is a note that is no JSON object. The kubelet needs it to unpublish a volume whose pod it does not know
     * any more, and leaves the volume for ever when it cannot read it.
     */
    public static boolean isDamaged(Path target) {
        Path note = target.resolveSibling(NAME);
        if (!Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(note, Set.of(READ, LinkOption.NOFOLLOW_LINKS))) {
            if (channel.size() > MOST) {
                return false;
            }
            ByteBuffer content = ByteBuffer.allocate((int) channel.size());
            while (content.hasRemaining() && channel.read(content) > 0) {}
            String text = UTF_8.decode(content.flip()).toString().strip();
            return !(text.startsWith("{") && text.endsWith("}"));
        } catch (IOException e) {
            return false;
        }
    }
}
