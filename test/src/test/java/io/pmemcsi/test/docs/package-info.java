// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.test.docs;

import org.jspecify.annotations.NullMarked;
