// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.vm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A guest machine with emulated persistent memory, made by {@code test/vm/vm}; removed when closed. Commands may be run
 * by several threads at once.
 */
public final class Guest implements AutoCloseable {
    /** The JUnit tag of tests that happen in machines of their own and leave this one alone: two of their classes run at a time. */
    public static final String TAG = "guest";

    /** The JUnit tag of those among them that {@code make test-thorough} runs, and {@code make test} does not: together they take too long. */
    public static final String THOROUGH = "thorough";

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int CONSOLE_END = 4000;
    private static final Path TOOLS = Script.ROOT.resolve("test/vm");

    private final String name;

    private Guest(String name) {
        this.name = name;
    }

    /** How a command ended and what it wrote. */
    public record Result(int code, String out, String err) {
        public boolean succeeded() {
            return code == 0;
        }

        public String output() {
            return out + err;
        }
    }

    /**
     * Makes and starts a machine.
     *
     * @param options of {@code vm start}, such as {@code --nvdimm 4G}
     */
    public static Guest start(String... options) {
        String name = "it-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        List<String> command = new ArrayList<>(List.of("start", name));
        command.addAll(List.of(options));
        Guest guest = new Guest(name);
        try {
            vm(command);
            return guest;
        } catch (AssertionError e) {
            guest.close();
            throw e;
        }
    }

    /** Runs a line of shell in the machine as root, whatever its outcome. */
    public Result run(String line) {
        return call(List.of("run", name, "--", line));
    }

    /** What a line of shell has written to its standard output; its failure is the test's. */
    public String sh(String line) {
        Result result = run(line);
        if (result.code() != 0) {
            throw new AssertionError("in the guest: " + line + "\nexit code " + result.code() + "\n" + result.out()
                    + result.err() + lastWords());
        }
        return result.out().strip();
    }

    /** The end of the console of a machine that has ended by itself, such as after a fault of its kernel. */
    private String lastWords() {
        if (call(List.of("run", name, "--", "true")).code() == 0) {
            return "";
        }
        String console = call(List.of("console", name)).out();
        return "the machine is gone; the end of its console:\n"
                + console.substring(Math.max(0, console.length() - CONSOLE_END));
    }

    /** Copies the built distribution into the machine's {@code /opt/pmem-csi}. */
    void installDriver() {
        Result result = Script.execute(
                new ProcessBuilder(TOOLS.resolve("install-driver").toString(), name));
        if (result.code() != 0) {
            throw new AssertionError("installing the driver in the guest\n" + result.out() + result.err());
        }
    }

    /** Copies files or folders into a folder of the machine. */
    public void put(Path from, String folder) {
        vm(List.of("put", name, from.toString(), folder));
    }

    /** Copies a file or folder of the machine into a folder here. */
    public void get(String from, Path folder) {
        vm(List.of("get", name, from, folder.toString()));
    }

    /** The machine's folder: its console log, and its persistent memory as files. */
    public Path folder() {
        return Path.of(vm(List.of("path", name)).strip());
    }

    /** The file that is the medium of a module of persistent memory. */
    public Path nvdimm(int number) {
        return folder().resolve("nvdimm" + number + ".img");
    }

    /** Makes a Unix socket of the machine reachable here, until it stops. */
    public Path tunnel(String socket) {
        Path here = folder().resolve("tunnel" + COUNT.incrementAndGet());
        vm(List.of("tunnel", name, socket, here.toString()));
        return here;
    }

    /** Cuts the power: what was not written through is lost. */
    public void cut() {
        vm(List.of("cut", name));
    }

    /** Shuts the machine down; what it has written is kept. */
    public void stop() {
        vm(List.of("stop", name));
    }

    /** Starts it again on the same disk and persistent memory. */
    public void restart() {
        vm(List.of("restart", name));
    }

    @Override
    public void close() {
        if (call(List.of("path", name)).code() == 0) {
            vm(List.of("rm", name));
        }
    }

    private static String vm(List<String> arguments) {
        Result result = call(arguments);
        if (result.code() != 0) {
            throw new AssertionError("vm " + String.join(" ", arguments) + "\n" + result.out() + result.err());
        }
        return result.out();
    }

    private static Result call(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve("vm").toString()));
        command.addAll(arguments);
        return Script.execute(new ProcessBuilder(command));
    }
}
