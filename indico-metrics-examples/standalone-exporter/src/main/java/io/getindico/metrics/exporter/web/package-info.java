/** What the exporter serves by {@code web.config.file}: TLS, logins and headers. */
@NullMarked
package io.getindico.metrics.exporter.web;

import org.jspecify.annotations.NullMarked;
