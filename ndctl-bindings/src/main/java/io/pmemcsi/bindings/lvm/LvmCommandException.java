// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import java.util.List;

/** An LVM command that did not succeed: which one, its return code ({@code lvm2cmd.h}) and what LVM said. */
public final class LvmCommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    LvmCommandException(String command, int code, List<String> errors) {
        super(command + " failed with code " + code + ": "
                + (errors.isEmpty() ? "LVM gave no reason" : String.join("; ", errors)));
        this.code = code;
    }

    /** 2 for an unknown command, 3 for wrong arguments, 4 for a failed initialisation, 5 for a failed command. */
    public int code() {
        return code;
    }
}
