// SPDX-License-Identifier: Apache-2.0
/** LVM through liblvm2cmd. */
@NullMarked
package io.pmemcsi.bindings.lvm;

import org.jspecify.annotations.NullMarked;
