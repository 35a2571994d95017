// SPDX-License-Identifier: Apache-2.0
/** Guest machines with emulated persistent memory, driven from tests. */
@NullMarked
package io.pmemcsi.test.vm;

import org.jspecify.annotations.NullMarked;
