package io.getindico.metrics.spring;

import io.getindico.metrics.api.Profile;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the metrics. A wrong one stops the service's start.
 *
 * @param enabled whether to read Indico's metrics
 * @param url the JDBC URL of Indico's database, such as jdbc:postgresql://db.example.org/indico; with several Indicos,
 *     instances.NAME.url
 * @param username the role that reads the database; by default the URL's parameter "user"
 * @param password the role's password; by default the URL's parameter "password"
 * @param zone the time zone in which Indico runs, for room booking; by default that of Indico's root category
 * @param instances several Indicos by name, in place of url; each series gets the label "instance_name" with the name
 * @param profile which metrics to read
 * @param collectors only these collectors; all if empty
 * @param exclude all collectors but these
 * @param families only these metrics of the profile, or beginnings of names followed by *; all if empty
 * @param extraFamilies these metrics as well
 * @param excludeFamilies all metrics but these
 * @param ttl how long values stay fresh, by refresh class (live, standard, heavy) or collector
 * @param collector settings of single collectors, such as collector.active_users.age
 * @param waitLimit how long a scrape may wait for new values
 * @param databaseShare how much of one core of the database all queries may take together
 */
@ConfigurationProperties(prefix = IndicoMetricsProperties.PREFIX, ignoreUnknownFields = false)
record IndicoMetricsProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @Nullable ZoneId zone,
        @DefaultValue Map<String, Instance> instances,
        @DefaultValue("default") Profile profile,
        @DefaultValue List<String> collectors,
        @DefaultValue List<String> exclude,
        @DefaultValue List<String> families,
        @DefaultValue List<String> extraFamilies,
        @DefaultValue List<String> excludeFamilies,
        @DefaultValue Map<String, Duration> ttl,
        @DefaultValue Map<String, Map<String, String>> collector,
        @DefaultValue("4s") Duration waitLimit,
        @DefaultValue("0.01") double databaseShare) {
    static final String PREFIX = "indico.metrics";

    /**
     * One Indico of several.
     *
     * @param url the JDBC URL of its database
     * @param username the role that reads the database; by default that of all instances
     * @param password the role's password; by default that of all instances
     * @param zone the time zone in which it runs, for room booking; by default that of all instances
     */
    record Instance(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            @Nullable ZoneId zone) {
        /** Takes what is not set from another. */
        Instance or(Instance other) {
            return new Instance(
                    url,
                    username != null ? username : other.username,
                    password != null ? password : other.password,
                    zone != null ? zone : other.zone);
        }
    }

    Instance single() {
        return new Instance(url, username, password, zone);
    }
}
