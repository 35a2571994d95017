// SPDX-License-Identifier: Apache-2.0
/** Devices that are namespaces of persistent memory, one per volume. */
@NullMarked
package io.pmemcsi.driver.device.direct;

import org.jspecify.annotations.NullMarked;
