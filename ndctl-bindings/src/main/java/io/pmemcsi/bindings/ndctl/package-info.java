// SPDX-License-Identifier: Apache-2.0
/** Persistent memory of the kernel's NVDIMM subsystem, through libndctl: what there is, and its partitions. */
@NullMarked
package io.pmemcsi.bindings.ndctl;

import org.jspecify.annotations.NullMarked;
