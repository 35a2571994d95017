// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings;

/**
 * The outcome of loading a shared library: its calls, or why there are none. A missing library is a fact about the node
 * that is reported where it matters, not an error at start.
 *
 * @param <L> the calls the library offers
 */
public sealed interface NativeLibrary<L> {
    /**
     * The library is there.
     *
     * @param calls what it offers
     */
    record Loaded<L>(L calls) implements NativeLibrary<L> {}

    /**
     * The library is not there, or it is of no use here.
     *
     * @param soname the file name that was looked for
     * @param reason what the dynamic linker said
     */
    record Missing<L>(String soname, String reason) implements NativeLibrary<L> {}

    /**
     * The calls of a library that must be there.
     *
     * @throws IllegalStateException when it is missing; the message names it and the reason
     */
    default L require() {
        return switch (this) {
            case Loaded<L>(L calls) -> calls;
            case Missing<L>(String soname, String reason) ->
                throw new IllegalStateException(soname + " could not be loaded: " + reason);
        };
    }
}
