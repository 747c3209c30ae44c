@NullMarked
package io.getindico.metrics.exporter.commands;

import org.jspecify.annotations.NullMarked;
