/** Users of Indico, their logins, and their credentials for the API. */
@NullMarked
package io.getindico.metrics.collectors.users;

import org.jspecify.annotations.NullMarked;
