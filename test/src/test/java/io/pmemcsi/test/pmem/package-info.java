// SPDX-License-Identifier: Apache-2.0
/** Tests on persistent memory; they run inside a guest machine that has some. */
@NullMarked
package io.pmemcsi.test.pmem;

import org.jspecify.annotations.NullMarked;
