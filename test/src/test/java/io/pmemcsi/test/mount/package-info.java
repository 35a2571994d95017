// SPDX-License-Identifier: Apache-2.0
/** The mounter on real file systems and loop devices; needs root. */
@NullMarked
package io.pmemcsi.test.mount;

import org.jspecify.annotations.NullMarked;
