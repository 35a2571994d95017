// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The Docker engine that runs on this machine, or one that {@code scripts/with-docker} starts, with the image of the built driver. */
final class DockerEngine implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int STOP_PATIENCE_SECONDS = 60;

    private final Process process;

    private DockerEngine(Process process) {
        this.process = process;
    }

    /** Finds or starts the engine, and builds the image in it: some minutes the first time, later seconds. */
    static DockerEngine withImage() throws IOException {
        // It says where the engine is, and lives until its standard input ends.
        String script = "scripts/image build && echo \"engine=${DOCKER_HOST:-}\" && cat >/dev/null";
        Process process = new ProcessBuilder("scripts/with-docker", "sh", "-c", script)
                .directory(ROOT.toFile())
                .redirectError(Redirect.INHERIT)
                .start();
        DockerEngine engine = new DockerEngine(process);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null || !line.startsWith("engine=")) {
            engine.close();
            throw new AssertionError("scripts/with-docker has no engine or no image, see above; it said: " + line);
        }
        System.setProperty(OwnEngine.HOST, line.substring("engine=".length()));
        return engine;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            assertThat(process.waitFor(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("the engine stops")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroy();
        }
    }
}
