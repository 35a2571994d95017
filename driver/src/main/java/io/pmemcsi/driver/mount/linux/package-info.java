// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.mount.linux;

import org.jspecify.annotations.NullMarked;
