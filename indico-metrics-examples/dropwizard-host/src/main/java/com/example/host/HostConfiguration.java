package com.example.host;

import io.dropwizard.core.Configuration;
import io.dropwizard.db.DataSourceFactory;

public final class HostConfiguration extends Configuration {
    public DataSourceFactory database;
    public DataSourceFactory indico;
}
