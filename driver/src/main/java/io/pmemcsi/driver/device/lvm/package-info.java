// SPDX-License-Identifier: Apache-2.0
/** Devices that are logical volumes on persistent memory. */
@NullMarked
package io.pmemcsi.driver.device.lvm;

import org.jspecify.annotations.NullMarked;
