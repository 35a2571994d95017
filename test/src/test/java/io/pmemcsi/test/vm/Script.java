// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.vm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of this machine that tests start, without input. */
public final class Script {
    /** The checkout. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A busy machine emulates slowly; what takes longer than this hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** How long a script that is told to end may clean up. */
    private static final Duration CLEANING = Duration.ofMinutes(1);

    private Script() {}

    /** Runs a script of the checkout, prints what it has written, which is the result, and fails when it fails. */
    public static String run(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Guest.Result result = execute(new ProcessBuilder(command).directory(ROOT.toFile()));
        System.out.println(result.output());
        if (!result.succeeded()) {
            throw new AssertionError(command + " ended with " + result.code() + "\n" + result.output());
        }
        return result.out();
    }

    /** Starts a program and waits for its end. */
    public static Guest.Result execute(ProcessBuilder builder) {
        return execute(builder, PATIENCE);
    }

    /** The same, with less patience. */
    public static Guest.Result execute(ProcessBuilder builder, Duration patience) {
        try {
            Path out = Files.createTempFile("script-out", ".txt");
            Path err = Files.createTempFile("script-err", ".txt");
            try {
                Process process = builder.redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                return new Guest.Result(
                        awaitEnd(process, builder.command(), patience), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int awaitEnd(Process process, List<String> command, Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                stop(process);
                throw new AssertionError(command + " did not end within " + patience);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A shell does not clean up before what it runs has ended. */
    private static void stop(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        boolean _ = process.waitFor(CLEANING.toSeconds(), TimeUnit.SECONDS);
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
