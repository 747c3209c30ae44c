/** Material attached to events and what stands in them, and the versions of its files. */
@NullMarked
package io.getindico.metrics.collectors.attachments;

import org.jspecify.annotations.NullMarked;
