// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** All stories, on one cluster. */
@Suite(failIfNoTests = false) // Not among tests without the tag.
@SelectClasses({
    ExpansionStory.class,
    MemcachedStory.class,
    ModesStory.class,
    NodesStory.class,
    RestartStory.class,
    VolumesStory.class
})
final class StoriesIT {}
