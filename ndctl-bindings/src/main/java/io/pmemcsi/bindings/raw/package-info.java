// SPDX-License-Identifier: Apache-2.0
/** Interfaces with C names and C types, and the one class that loads them. Not for use outside this module. */
@NullMarked
package io.pmemcsi.bindings.raw;

import org.jspecify.annotations.NullMarked;
