// SPDX-License-Identifier: Apache-2.0
/** The port to file systems and mounts. Implementations live in subpackages. */
@NullMarked
package io.pmemcsi.driver.mount;

import org.jspecify.annotations.NullMarked;
