package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.page.ExporterPage;

/** What is served of one Indico. */
public record Target(MetricsPage metrics, ExporterPage page, Readiness readiness) {}
