// SPDX-License-Identifier: Apache-2.0
/** The container image in a real Docker engine; needs root. */
@NullMarked
package io.pmemcsi.test.image;

import org.jspecify.annotations.NullMarked;
