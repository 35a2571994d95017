// SPDX-License-Identifier: Apache-2.0
/** What is good or bad about a node: rules that judge facts. Gathering the facts is another package's work. */
@NullMarked
package io.pmemcsi.driver.doctor;

import org.jspecify.annotations.NullMarked;
