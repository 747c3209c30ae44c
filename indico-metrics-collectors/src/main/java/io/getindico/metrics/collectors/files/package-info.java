/** Attachments, and the other contents that Indico stores in files or in the database itself. */
@NullMarked
package io.getindico.metrics.collectors.files;

import org.jspecify.annotations.NullMarked;
