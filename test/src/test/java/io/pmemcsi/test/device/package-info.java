// SPDX-License-Identifier: Apache-2.0
/** The device managers on real devices. */
@NullMarked
package io.pmemcsi.test.device;

import org.jspecify.annotations.NullMarked;
