// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program at a time per call: from an argument list, without a shell, in a fixed environment, with nothing on
 * its standard input, for a limited time. Thread-safe.
 */
public final class ToolRunner {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));
    private static final String SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int SHOWN = 2000;
    private static final int KILL_SECONDS = 10;

    private final List<Path> directories;
    private final Duration deadline;

    /** Takes the time after which a program is killed. */
    public ToolRunner(Duration deadline) {
        this(DIRECTORIES, deadline);
    }

    ToolRunner(List<Path> directories, Duration deadline) {
        this.directories = List.copyOf(directories);
        this.deadline = deadline;
    }

    /**
     * Runs a program to its end.
     *
     * @return what it wrote to its standard output, cut after 64 KiB
     * @throws StorageException of kind NOT_READY when the program is missing, or BACKEND_FAULT when it fails, does not end in
     *     time, or the calling thread is interrupted; it does not run any more then
     */
    String run(Tool tool, List<String> arguments) {
        return run(tool.program(), tool.packageName(), arguments);
    }

    String run(String program, String packageName, List<String> arguments) {
        List<String> command = new ArrayList<>(endingWithThisProcess());
        command.add(find(directories, program, packageName).toString());
        command.addAll(arguments);
        Process process = start(program, command);
        CappedReader output = CappedReader.start(program + "-stdout", process.getInputStream());
        CappedReader errors = CappedReader.start(program + "-stderr", process.getErrorStream());
        try {
            awaitEnd(program, process);
            String written = output.text();
            String complaint = errors.text();
            if (process.exitValue() != 0) {
                throw fault(program + " failed with exit code " + process.exitValue() + ": "
                        + shown(complaint.isBlank() ? written : complaint));
            }
            return written;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault(program + " was interrupted");
        } finally {
            kill(process);
        }
    }

    /**
     * A program that outlived a killed driver could write to a device that has been given to another volume meanwhile. So
     * it is started through setpriv(1), which asks the kernel to kill it with its parent (PR_SET_PDEATHSIG of prctl(2))
     * and then becomes that program.
     */
    private static List<String> endingWithThisProcess() {
        return List.of(find(DIRECTORIES, "setpriv", "util-linux").toString(), "--pdeathsig", "KILL", "--");
    }

    private static Path find(List<Path> directories, String program, String packageName) {
        return directories.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new StorageException(
                        FailureKind.NOT_READY,
                        program + " is missing on this node: install the package " + packageName));
    }

    private static Process start(String program, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectInput(Redirect.from(new File("/dev/null")));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LC_ALL", "C");
        environment.put("PATH", SEARCH_PATH);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, program + " could not be started: " + e.getMessage(), e);
        }
    }

    private void awaitEnd(String program, Process process) throws InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw fault(program + " did not end within " + deadline.toSeconds() + " s and was killed");
        }
    }

    /** Ends the process and all that it started, and sees it gone; nothing to do when it has ended. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        // A process that hangs in the kernel does not go; it is not waited for longer than this.
        var _ = process.destroyForcibly()
                .onExit()
                .completeOnTimeout(process, KILL_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** The end of a text, where programs say why they gave up, on one line. */
    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", "; ");
        return line.substring(Math.max(0, line.length() - SHOWN));
    }

    private static StorageException fault(String message) {
        return new StorageException(FailureKind.BACKEND_FAULT, message);
    }
}
