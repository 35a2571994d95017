// SPDX-License-Identifier: Apache-2.0
/** The port to the volume records. Implementations live in subpackages. */
@NullMarked
package io.pmemcsi.driver.state;

import org.jspecify.annotations.NullMarked;
