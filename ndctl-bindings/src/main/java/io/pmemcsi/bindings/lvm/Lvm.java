// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.raw.EnvironmentCalls;
import io.pmemcsi.bindings.raw.LibLvm2Cmd;
import io.pmemcsi.bindings.raw.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jnr.ffi.Pointer;

/**
 * LVM in this process, through liblvm2cmd. All commands run one after the other on one thread of their own, because the library
 * crashes when two threads use it, even with a handle each. Thread-safe; callers wait for their turn.
 *
 * <p>One process makes one of these at most: the library has one log function and one environment. Failures are
 * {@link LvmCommandException}.
 */
public final class Lvm implements AutoCloseable {
    /** On Debian in the package liblvm2cmd2.03. */
    private static final String SONAME = "liblvm2cmd.so.2.03";

    private static final int SUCCEEDED = 1;
    private static final int CLOSE_SECONDS = 60;

    /** What the words of a command may consist of: nothing that LVM's own splitting into words would treat specially. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./:=,+@%-]+");

    private final LibLvm2Cmd calls;
    private final LvmLog log = new LvmLog();
    private final ExecutorService thread;
    private final Pointer handle;
    private final boolean readOnly;

    private Lvm(LibLvm2Cmd calls, boolean readOnly) {
        this.calls = calls;
        this.readOnly = readOnly;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("lvm").daemon().factory());
        this.handle = onThread(() -> {
            calls.lvm2_log_fn(log.function());
            return Native.checkPointer("lvm2_init", calls::lvm2_init);
        });
    }

    /**
     * Loads the library and initialises it with a configuration of its own.
     *
     * @throws UncheckedIOException when the configuration cannot be written
     */
    public static NativeLibrary<Lvm> open(LvmConfig config) {
        return switch (Native.load(LibLvm2Cmd.class, SONAME)) {
            case NativeLibrary.Loaded<LibLvm2Cmd>(LibLvm2Cmd calls) -> new NativeLibrary.Loaded<>(open(calls, config));
            case NativeLibrary.Missing<LibLvm2Cmd>(String soname, String reason) ->
                new NativeLibrary.Missing<>(soname, reason);
        };
    }

    private static Lvm open(LibLvm2Cmd calls, LvmConfig config) {
        try {
            config.write();
        } catch (IOException e) {
            throw new UncheckedIOException("LVM's configuration cannot be written to " + config.directory(), e);
        }
        EnvironmentCalls environment = Native.libc(EnvironmentCalls.class);
        String directory = config.directory().toString();
        int _ = Native.check("setenv", () -> environment.setenv("LVM_SYSTEM_DIR", directory, 1));
        return new Lvm(calls, config.readOnly());
    }

    /** All volume groups that can be seen. */
    public List<VolumeGroupInfo> groups() {
        return LvmReports.groups(report("vgs", LvmReports.GROUP_FIELDS));
    }

    /** All physical volumes that can be seen, those without a group too. */
    public List<PhysicalVolumeInfo> physicalVolumes() {
        return LvmReports.physicalVolumes(report("pvs", LvmReports.PHYSICAL_FIELDS));
    }

    /** The logical volumes of all groups. */
    public List<LogicalVolumeInfo> volumes() {
        return LvmReports.volumes(report("lvs", LvmReports.VOLUME_FIELDS));
    }

    /** The logical volumes of one group. */
    public List<LogicalVolumeInfo> volumes(String group) {
        return LvmReports.volumes(report("lvs", LvmReports.VOLUME_FIELDS, group));
    }

    /** The parts of all linear logical volumes of one group; fails when one of them is not linear. */
    public List<SegmentInfo> segments(String group) {
        return LvmReports.segments(report("lvs", LvmReports.SEGMENT_FIELDS, "--segments", group));
    }

    /** The parts of a linear logical volume. */
    public List<SegmentInfo> segments(String group, String volume) {
        return LvmReports.segments(report("lvs", LvmReports.SEGMENT_FIELDS, "--segments", group + "/" + volume));
    }

    private String report(String command, String fields, String... more) {
        return run(Stream.of(
                        Stream.of(command, "--units", "b", "--nosuffix", "--reportformat", "json", "-o", fields),
                        readOnly ? Stream.of("--readonly") : Stream.<String>of(),
                        Stream.of(more))
                .flatMap(words -> words)
                .toList());
    }

    /**
     * Runs any command.
     *
     * @param words the command and its arguments
     * @return what it has printed
     * @throws IllegalArgumentException for a word with a character that LVM might not take literally
     */
    public String run(String... words) {
        return run(List.of(words));
    }

    private String run(List<String> words) {
        words.stream().filter(word -> !WORD.matcher(word).matches()).findFirst().ifPresent(word -> {
            throw new IllegalArgumentException("not a word of an LVM command: '" + word + "'");
        });
        String command = String.join(" ", words);
        return onThread(() -> {
            log.clear();
            int code = calls.lvm2_run(handle, command);
            if (code != SUCCEEDED) {
                throw new LvmCommandException(command, code, log.errors());
            }
            return log.printed();
        });
    }

    /** Waits for the command under way and gives the library up. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(() -> calls.lvm2_exit(handle));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("an LVM command did not end within " + CLOSE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A caller that is interrupted goes on waiting: what LVM has begun is done, and its outcome must be known. */
    private <T> T onThread(Supplier<T> work) {
        Future<T> running = thread.submit(work::get);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("LVM's thread failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
