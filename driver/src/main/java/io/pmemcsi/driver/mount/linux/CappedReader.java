// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads all that a process writes, so that it never blocks, and keeps the first part of it. */
final class CappedReader {
    private static final int KEPT = 64 << 10;

    /** A grandchild may keep a pipe open after the process has ended. */
    private static final Duration AFTER_THE_END = Duration.ofSeconds(2);

    private final InputStream source;
    private final Thread thread;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    private CappedReader(String name, InputStream source) {
        this.source = source;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::drain);
    }

    static CappedReader start(String name, InputStream source) {
        CappedReader reader = new CappedReader(name, source);
        reader.thread.start();
        return reader;
    }

    private void drain() {
        byte[] buffer = new byte[8192];
        try (source) {
            for (int length = source.read(buffer); length >= 0; length = source.read(buffer)) {
                keep(buffer, length);
            }
        } catch (IOException e) {
            // The process was killed: what was read so far is all there is.
            keep(new byte[0], 0);
        }
    }

    private void keep(byte[] buffer, int length) {
        synchronized (kept) {
            kept.write(buffer, 0, Math.min(length, KEPT - kept.size()));
        }
    }

    /** What was read once the process has ended. */
    String text() throws InterruptedException {
        boolean _ = thread.join(AFTER_THE_END);
        synchronized (kept) {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
