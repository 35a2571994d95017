// SPDX-License-Identifier: Apache-2.0
/** Linux system calls and libblkid as safe Java classes. No signature here mentions a native type. */
@NullMarked
package io.pmemcsi.bindings.linux;

import org.jspecify.annotations.NullMarked;
