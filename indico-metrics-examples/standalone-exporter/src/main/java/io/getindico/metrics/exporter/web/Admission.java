package io.getindico.metrics.exporter.web;

/** Whether a login is right. */
public enum Admission {
    YES,
    NO,
    /** Too many logins wait for their check. */
    BUSY
}
