// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.Native;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file system context of fsopen(2). The kernel collects messages for a person in it; they become the detail of the
 * exception.
 */
final class FsContext implements AutoCloseable {
    private static final long FSOPEN = 430;
    private static final long FSCONFIG = 431;
    private static final long FSOPEN_CLOEXEC = 1;
    private static final long FSCONFIG_SET_FLAG = 0;
    private static final long FSCONFIG_SET_STRING = 1;
    private static final long FSCONFIG_CMD_CREATE = 6;
    private static final long FSCONFIG_CMD_CREATE_EXCL = 8;
    private static final int MESSAGE_BYTES = 4096;
    private static final int MOST_MESSAGES = 16;

    private final OpenFd fd;

    private FsContext(OpenFd fd) {
        this.fd = fd;
    }

    static FsContext open(String type) {
        String text = Libc.text(type);
        long opened = Native.checkLong("fsopen(" + type + ")", () -> Libc.CALLS.syscall(FSOPEN, text, FSOPEN_CLOEXEC));
        return new FsContext(OpenFd.owning((int) opened, type + " context"));
    }

    /** Configures and creates the file system instance; what is returned belongs to this context. */
    OpenFd create(MountSource source) {
        configure(FSCONFIG_SET_STRING, "source", source.device().toString());
        for (MountParameter parameter : source.parameters()) {
            if (parameter.value().isPresent()) {
                configure(
                        FSCONFIG_SET_STRING, parameter.key(), parameter.value().get());
            } else {
                configure(FSCONFIG_SET_FLAG, parameter.key(), null);
            }
        }
        if (!source.exclusive() || !createExclusively()) {
            configure(FSCONFIG_CMD_CREATE, null, null);
        }
        return fd;
    }

    /** False when the kernel (before 6.6) does not know the command; the context is as before then. */
    private boolean createExclusively() {
        try {
            configure(FSCONFIG_CMD_CREATE_EXCL, null, null);
            return true;
        } catch (NativeCallException e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                return false;
            }
            throw e;
        }
    }

    private void configure(long command, @Nullable String key, @Nullable String value) {
        String name = key == null ? null : Libc.text(key);
        String text = value == null ? null : Libc.text(value);
        String call = "fsconfig(" + describe(command, key, value) + ")";
        int number = fd.number();
        try {
            Native.checkLong(call, () -> Libc.CALLS.syscall(FSCONFIG, number, command, name, text, 0));
        } catch (NativeCallException e) {
            throw new NativeCallException(call, e.errno(), String.join("; ", messages()));
        }
    }

    private static String describe(long command, @Nullable String key, @Nullable String value) {
        if (key == null) {
            return command == FSCONFIG_CMD_CREATE_EXCL ? "CMD_CREATE_EXCL" : "CMD_CREATE";
        }
        return value == null ? key : key + "=" + value;
    }

    /** What the kernel has to say: each read(2) gives one message such as {@code e ext4: Bad value for 'dax'}. */
    private List<String> messages() {
        List<String> messages = new ArrayList<>();
        byte[] buffer = new byte[MESSAGE_BYTES];
        for (int i = 0; i < MOST_MESSAGES; i++) {
            long length = Libc.CALLS.read(fd.number(), buffer, buffer.length);
            if (length <= 0) {
                break;
            }
            String message = new String(buffer, 0, (int) length, StandardCharsets.UTF_8).strip();
            messages.add(message.replaceFirst("^[ewi] ", ""));
        }
        return messages;
    }

    @Override
    public void close() {
        fd.close();
    }
}
