// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.device.emulated;

import org.jspecify.annotations.NullMarked;
