/** The queues of the livesync plugin, which sends changes to other systems. Absent if the plugin has no tables. */
@NullMarked
package io.getindico.metrics.collectors.livesync;

import org.jspecify.annotations.NullMarked;
