/** The queue of the livesync plugin, which tells other systems of changes. Absent where the plugin has no tables. */
@NullMarked
package io.getindico.metrics.collectors.livesync;

import org.jspecify.annotations.NullMarked;
