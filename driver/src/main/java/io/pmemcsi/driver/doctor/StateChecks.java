// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;
import java.util.OptionalLong;

/** The state directory. */
final class StateChecks {
    static final List<Check> ALL = List.of(
            StateChecks::directory, StateChecks::owner, StateChecks::space, StateChecks::use, StateChecks::records);

    private static final ByteSize MEBIBYTE = ByteSize.mebibytes(1);
    /** The smallest volume with a file system, and what the driver leaves free. */
    private static final ByteSize LEAST = ByteSize.mebibytes(20);

    private static final int SHOWN = 5;

    private StateChecks() {}

    static Diagnosis directory(Facts facts) {
        String name = "state directory";
        Facts.Directory directory = facts.state().directory();
        if (directory.form() == Facts.Form.BLOCKED) {
            return Diagnosis.problem(
                    name,
                    directory.path() + ": " + directory.nearest() + " is not a directory",
                    "remove it, or choose another --state-dir");
        }
        if (!directory.writable()) {
            return Diagnosis.problem(
                    name,
                    directory.path() + ": " + directory.nearest() + " cannot be written to",
                    "remount its file system with rw, run as root, or choose another --state-dir");
        }
        boolean there = directory.form() == Facts.Form.THERE;
        return Diagnosis.ok(
                name, directory.path() + (there ? " is there and can be written to" : " is made by the driver"));
    }

    /** Whoever can change the records tells a process with root rights what to mount and to remove. */
    static Diagnosis owner(Facts facts) {
        String name = "state directory's owner";
        Facts.State state = facts.state();
        int user = facts.caller().user();
        int owner = state.owner().orElse(user);
        if (owner == user && !state.openToOthers()) {
            return Diagnosis.ok(name, "only user " + user + " may change what is in it");
        }
        String path = state.directory().path().toString();
        return Diagnosis.problem(
                name,
                path + (owner == user ? " may be written to by other users" : " belongs to user " + owner),
                "make sure that nobody has changed what is in it, then: chown " + user + " " + path + "; chmod 0700 "
                        + path);
    }

    static Diagnosis space(Facts facts) {
        String name = "space";
        Facts.State state = facts.state();
        if (facts.config().devices().mode() != DeviceMode.EMULATED) {
            return spaceForRecords(state);
        }
        ByteSize capacity = facts.config().devices().capacity().orElse(ByteSize.ZERO);
        String found =
                rounded(state.free()) + " free, " + rounded(state.used()) + " used by volumes, --capacity " + capacity;
        String cure =
                "make room on the file system of " + state.directory().nearest() + ", or choose another --state-dir";
        if (state.free().plus(state.used()).isBelow(LEAST)) {
            return Diagnosis.problem(name, found + ": not even the smallest volume fits", cure);
        }
        return state.free().plus(state.used()).isBelow(capacity)
                ? Diagnosis.note(name, found + ": volumes can be made until the file system is full", cure)
                : Diagnosis.ok(name, found);
    }

    /** The volumes themselves lie elsewhere. */
    private static Diagnosis spaceForRecords(Facts.State state) {
        String found = rounded(state.free()) + " free for the records of volumes";
        return state.free().isBelow(MEBIBYTE)
                ? Diagnosis.problem(
                        "space",
                        found + ": new volumes are refused",
                        "make room on the file system of " + state.directory().nearest()
                                + ", or choose another --state-dir")
                : Diagnosis.ok("space", found);
    }

    private static ByteSize rounded(ByteSize size) {
        return size.roundDownTo(MEBIBYTE);
    }

    static Diagnosis use(Facts facts) {
        OptionalLong holder = facts.state().holder();
        return Diagnosis.ok(
                "lock",
                holder.isPresent()
                        ? "a driver uses this state directory: process " + holder.getAsLong()
                        : "no driver uses this state directory");
    }

    static Diagnosis records(Facts facts) {
        String directory = facts.state().directory().path() + "/volumes";
        return facts.state()
                .damaged()
                .map(names -> names.isEmpty()
                        ? Diagnosis.ok("records", "none is damaged")
                        : Diagnosis.problem(
                                "records",
                                names.size() + " set aside as damaged in " + directory + ": " + shown(names),
                                "the driver has no record of these volumes: restore the files from a backup while the"
                                        + " driver is stopped, or remove them once their volumes are not missed"))
                .orElseGet(() -> Diagnosis.problem("records", directory + " cannot be read", "run as root"));
    }

    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(names.size(), SHOWN)));
        return names.size() > SHOWN ? first + ", ..." : first;
    }
}
