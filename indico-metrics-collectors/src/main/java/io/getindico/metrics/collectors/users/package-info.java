/** Users of Indico and their logins. */
@NullMarked
package io.getindico.metrics.collectors.users;

import org.jspecify.annotations.NullMarked;
