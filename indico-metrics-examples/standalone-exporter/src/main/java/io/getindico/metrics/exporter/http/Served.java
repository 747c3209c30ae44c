package io.getindico.metrics.exporter.http;

/** What is served now, and to whom. A reload replaces it. */
public record Served(Target target, Access access) {}
