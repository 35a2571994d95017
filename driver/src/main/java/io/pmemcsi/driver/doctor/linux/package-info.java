// SPDX-License-Identifier: Apache-2.0
/** The facts of this Linux machine, gathered without changing anything on it. */
@NullMarked
package io.pmemcsi.driver.doctor.linux;

import org.jspecify.annotations.NullMarked;
