// SPDX-License-Identifier: Apache-2.0
/** What all bindings share: whether a library could be loaded, and how a failed native call is reported. */
@NullMarked
package io.pmemcsi.bindings;

import org.jspecify.annotations.NullMarked;
