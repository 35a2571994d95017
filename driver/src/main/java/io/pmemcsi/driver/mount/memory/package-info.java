// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.mount.memory;

import org.jspecify.annotations.NullMarked;
