/** A host on the module path. The collectors are found there too; it need not name them. */
module com.example.host {
    requires io.getindico.metrics.api;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.naming;
    requires java.sql;
    requires org.postgresql.jdbc;
    // Ours are automatic modules, which cannot say that they need those that are not.
    requires org.jooq;
    requires org.slf4j;
}
