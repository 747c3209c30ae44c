@NullMarked
package io.getindico.metrics.exporter.web;

import org.jspecify.annotations.NullMarked;
