/** Makes the boards in the folder {@code dashboards} and checks them. */
@NullMarked
package io.getindico.metrics.exporter.dashboards;

import org.jspecify.annotations.NullMarked;
