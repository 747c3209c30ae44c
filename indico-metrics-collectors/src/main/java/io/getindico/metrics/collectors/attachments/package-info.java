/** Material attached to events, contributions, subcontributions and sessions, and the versions of its files. */
@NullMarked
package io.getindico.metrics.collectors.attachments;

import org.jspecify.annotations.NullMarked;
