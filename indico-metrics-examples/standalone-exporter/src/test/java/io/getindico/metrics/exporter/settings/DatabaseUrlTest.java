package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://db.example.org/indico | jdbc:postgresql://db.example.org:5432/indico | |",
                "JDBC:PostgreSQL://db/indico | jdbc:postgresql://db:5432/indico | |",
                "jdbc:postgresql:///indico | jdbc:postgresql://localhost:5432/indico | |",
                "jdbc:postgresql://db/indico?user=u&password=p%26q | jdbc:postgresql://db:5432/indico | u | p&q",
                "jdbc:postgresql://db/indico?password=a+b | jdbc:postgresql://db:5432/indico | | a b",
                "postgresql://u@db/indico | jdbc:postgresql://db:5432/indico | u |",
                "postgres://u@db:6432/indico | jdbc:postgresql://db:6432/indico | u |",
                "postgresql+psycopg2://u:p@db/indico | jdbc:postgresql://db:5432/indico | u | p",
                "postgresql://u%40x:p%2Fw%3A%40%23+%25@db/indico | jdbc:postgresql://db:5432/indico | u@x | p/w:@#+%",
                "postgresql://u:a:b@db/indico | jdbc:postgresql://db:5432/indico | u | a:b",
                "postgresql://u@a,b:5433,[::1]:5434/indico | jdbc:postgresql://a:5432,b:5433,[::1]:5434/indico | u |",
                "postgresql://u@[2001:db8::1]/indico | jdbc:postgresql://[2001:db8::1]:5432/indico | u |",
                "postgresql://u@db/in%20dico | jdbc:postgresql://db:5432/in+dico | u |",
                "postgresql://db/indico?client_encoding=utf8 | jdbc:postgresql://db:5432/indico | |",
                "postgresql://u@/indico?host=db.example.org | jdbc:postgresql://db.example.org:5432/indico | u |",
                "postgresql:///indico?user=u&host=db&port=5433 | jdbc:postgresql://db:5433/indico | u |",
                "postgresql://u@/indico?host=a,b&port=5433,5434 | jdbc:postgresql://a:5433,b:5434/indico | u |",
                "postgresql://u@/indico?host=a,b&port=5433 | jdbc:postgresql://a:5433,b:5433/indico | u |",
                "postgresql://u@/indico?host=a:5433,b | jdbc:postgresql://a:5433,b:5432/indico | u |",
                "postgresql://u@/indico?host=::1,a&port=5433 | jdbc:postgresql://[::1]:5433,a:5433/indico | u |",
                "postgresql://u@/indico?host=[::1] | jdbc:postgresql://[::1]:5432/indico | u |",
                "postgresql://u@db/indico?port=5433 | jdbc:postgresql://db:5433/indico | u |",
                "postgresql://u@a,b/indico?port=5433,5434 | jdbc:postgresql://a:5433,b:5434/indico | u |",
                "jdbc:postgresql:///indico?port=5433 | jdbc:postgresql://localhost:5433/indico | |",
            })
    void readsBothForms(String text, String jdbcUrl, String user, String password) throws InvalidValueException {
        DatabaseUrl url = DatabaseUrl.parse(text);

        assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.toString()).doesNotContain("user").doesNotContain("@");
    }

    @ParameterizedTest
    @CsvSource({
        "target_session_attrs=standby, targetServerType, secondary",
        "target_session_attrs=read-write, targetServerType, primary",
        "targetServerType=preferSecondary, targetServerType, preferSecondary",
        "sslmode=verify-ca, sslmode, verify-ca",
        "sslrootcert=/etc/ssl/ca%20one.pem, sslrootcert, /etc/ssl/ca one.pem",
        "connect_timeout=5, connectTimeout, 5",
        "application_name=x, ApplicationName, x",
        "application_name=standby, ApplicationName, standby",
        "keepalives=1, tcpKeepAlive, true",
        "keepalives=0, tcpKeepAlive, false",
        "load_balance_hosts=random, loadBalanceHosts, true"
    })
    void passesHarmlessParametersOn(String query, String name, String value) throws InvalidValueException {
        assertThat(DatabaseUrl.parse("postgresql://db/indico?" + query).driverParameters())
                .containsEntry(name, value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socketFactory=x",
                "socketFactoryArg=x",
                "sslfactory=x",
                "sslfactoryarg=x",
                "sslhostnameverifier=x",
                "sslpasswordcallback=x",
                "authenticationPluginClassName=x",
                "xmlFactoryFactory=x",
                "loggerFile=x",
                "loggerLevel=x",
                "service=x",
                "options=-csearch_path%3Dx",
                "jaasApplicationName=x"
            })
    void refusesParametersThatLoadCodeOrReachFiles(String query) {
        String name = query.substring(0, query.indexOf('='));
        for (String form : new String[] {"jdbc:postgresql://db/indico?", "postgresql://db/indico?sslmode=require&"}) {
            assertThat(refusal(form + query)).contains("without the parameter " + name + ", which can load classes");
        }
    }

    @Test
    void namesTheNearestParameterAndAllThatAreAllowed() {
        assertThat(refusal("postgresql://db/indico?sslmod=require"))
                .contains("without the parameter sslmod (did you mean sslmode?)")
                .contains("allowed are ApplicationName, ")
                .contains("targetServerType");
        assertThat(refusal("postgresql://db/indico?sslmode=on")).contains("sslmode (disable, allow, prefer, require");
        assertThat(refusal("postgresql://db/indico?connect_timeout=x")).contains("a number of seconds");
        assertThat(refusal("postgresql://db/indico?sslmode=allow&sslmode=require"))
                .contains("once, not twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "u@db/indico?keepalives_idle=9 | a URL without the parameter keepalives_idle: only libpq has it, and"
                        + " the JDBC driver has no equivalent; leave it out",
                "u@db/indico?hostaddr=10.0.0.1 | a URL without the parameter hostaddr; write the address as the host",
                "u@db/indico?host=other | the host once, before the database or as the parameter host",
                "u@db:5433/indico?port=5434 | the port once, behind the host or as the parameter port",
                "u@/indico?host=a:5433&port=5434 | the port once, behind the host or as the parameter port",
                "u@/indico?host=a,b,c&port=1,2 | one port, or as many as hosts",
                "u@/indico?host=a&port=x | a port from 1 to 65535",
                "u@/indico?host=a&port=0 | a port from 1 to 65535",
                "u@db:65536/indico | a port from 1 to 65535",
                "u@db/indico?target_session_attrs=master2 | another value of the parameter target_session_attrs (any,"
                        + " prefer-standby, primary, read-only, read-write, standby)",
                "u@db/indico?keepalives=yes | another value of the parameter keepalives (0, 1)",
            })
    void saysWhatIsWrongWithParametersOfLibpq(String rest, String expectation) {
        assertThat(refusal("postgresql://" + rest)).isEqualTo(expectation);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql:///indico | /run/postgresql/.s.PGSQL.5432 |",
                "postgresql+psycopg2:///indico | /run/postgresql/.s.PGSQL.5432 |",
                "postgresql://u@/indico | /run/postgresql/.s.PGSQL.5432 | u",
                "postgresql:///indico?port=5433 | /run/postgresql/.s.PGSQL.5433 |",
                "postgresql://u@:5433/indico | /run/postgresql/.s.PGSQL.5433 | u",
                "postgresql://%2Fvar%2Frun%2Fpostgresql/indico | /var/run/postgresql/.s.PGSQL.5432 |",
                "postgresql://%2ftmp:5433/indico | /tmp/.s.PGSQL.5433 |",
                "postgresql://u@/indico?host=/var/lib/one%20two&port=5433 | /var/lib/one two/.s.PGSQL.5433 | u",
                "postgresql:///indico?host=/tmp:5433 | /tmp:5433/.s.PGSQL.5432 |",
                "jdbc:postgresql:///indico?host=/tmp&user=u | /tmp/.s.PGSQL.5432 | u",
            })
    void readsSocketsAsLibpqDoes(String text, String socket, String user) throws InvalidValueException {
        DatabaseUrl url = DatabaseUrl.parse(text);

        assertThat(url.socket()).isEqualTo(socket);
        assertThat(url.user()).isEqualTo(user);
        assertThat(DatabaseUrl.parse(url.toString()).socket()).isEqualTo(socket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?sslmode=require", "?sslmode=verify-full", "?ssl=true"})
    void asksForNoTlsOnASocket(String query) throws InvalidValueException {
        DatabaseUrl url = DatabaseUrl.parse("postgresql:///indico" + query);

        assertThat(url.isSslModeByDefault()).isFalse();
        assertThat(url.driverParameters()).isEqualTo(Map.of("sslmode", "disable"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/indico?host=db,/run/postgresql | one host, if it is the folder of a Unix socket",
                "db,%2Frun%2Fpostgresql/indico | one host, if it is the folder of a Unix socket",
                "db,/indico | one host, if it is the folder of a Unix socket",
                "db/indico?host=/tmp | the host once, before the database or as the parameter host",
                "%2Ftmp:5433/indico?port=5434 | the port once, behind the host or as the parameter port",
                "/indico?host=/tmp&port=x | a port from 1 to 65535",
                "u@/indico?unix_sock=/tmp/.s.PGSQL.5432 | a URL without the parameter unix_sock; write the socket's folder"
                        + " as host=/FOLDER, and its number as port=NUMBER",
            })
    void saysWhatIsWrongWithASocket(String rest, String expectation) {
        assertThat(refusal("postgresql://" + rest)).isEqualTo(expectation);
    }

    @Test
    void refusesAbstractSocketsWhichJavaDoesNotHave() {
        assertThat(refusal("postgresql://%40name/indico")).startsWith(DatabaseUrl.EXAMPLES);
        assertThat(refusal("postgresql:///indico?host=%40name")).startsWith(DatabaseUrl.EXAMPLES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host=db.example.org dbname=indico user=u password=s3cr3t",
                "dbname=s3cr3t",
                "password = 's3cr3t' host = db",
                "sslmode=require host=/run/postgresql"
            })
    void saysWhatToWriteInsteadOfKeywords(String text) {
        assertThat(refusal(text))
                .isEqualTo("a URL: keywords (host=… dbname=…) are libpq's other form; write"
                        + " postgresql://USER@HOST:PORT/DATABASE, other keywords as ?NAME=VALUE behind it, and give the"
                        + " password by database.password-file");
        assertThat(DatabaseUrl.masked(text)).isEqualTo("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cr3t",
                "db.example.org/s3cr3t",
                "mysql://u:s3cr3t@db/indico",
                "jdbc:mysql://db/indico?password=s3cr3t",
                "jdbc:postgresql:s3cr3t",
                "postgresql://u:s3cr3t@db",
                "postgresql://u:s3cr3t@db/",
                "postgresql://u:s3cr3t",
                "postgresql://u:s3cr3t/x@db/indico",
                "postgresql://u:s3cr3t?x@db/indico",
                "postgresql://u:x?s3cr3t=y@db/indico",
                "postgresql://u:x?s3cr3t",
                "postgresql://u:s3cr3t#x@db/indico",
                "postgresql://u:s3cr3t%@db/indico",
                "postgresql://u:s3cr3t%zz@db/indico",
                "postgresql://u:s3cr3t@db:99999/indico",
                "postgresql://u:s3cr3t@db:0/indico",
                "postgresql://u:s3cr3t@db:x/indico",
                "postgresql://u:s3cr3t@d b/indico",
                "postgresql://u:s3cr3t@[::1/indico",
                "postgresql://u@db/indico?password=s3cr3t&sslmode=x",
                "postgresql://u@db/indico?password=s3cr3t&password=s3cr3t",
                "postgresql://u:s3cr3t@db/indico?s3cr3t",
                "u:s3cr3t://x@db/indico",
                "postgresql://db/indico?password=s3cr3t%00",
                "postgresql://u@/indico?host=s3cr3t%20x",
                "postgresql://u@/indico?password=a&host=s3cr3t!",
                "postgresql://u@/indico?host=db&port=s3cr3t"
            })
    void neverRepeatsWhatCouldBeAPassword(String text) {
        assertThat(refusal(text)).doesNotContain("s3cr3t");
        assertThat(DatabaseUrl.masked(text)).doesNotContain("s3cr3t");
    }

    @Test
    void treatsTextAfterAPasswordAsPartOfIt() {
        assertThat(refusal("postgresql://db/indico?password=a&SeCrEt=b"))
                .doesNotContain("SeCrEt")
                .contains("special characters in user and password as %XX");
        assertThat(refusal("postgresql://db/indico?password=a&SeCrEt=b&SeCrEt=c"))
                .doesNotContain("SeCrEt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"u%00:p@db/indico", "u:p%0A@db/indico", "db/indico%00options%00-cfsync=off"})
    void refusesControlCharactersWhichTheProtocolWouldTakeForMoreParameters(String rest) {
        assertThat(refusal("postgresql://" + rest)).contains("postgresql://USER@HOST/DATABASE");
        assertThat(refusal("jdbc:postgresql://" + rest)).contains("postgresql://USER@HOST/DATABASE");
    }

    @Test
    void encryptsByDefaultUnlessAllHostsAreLocal() throws InvalidValueException {
        assertThat(DatabaseUrl.parse("postgresql://db/indico").driverParameters())
                .isEqualTo(Map.of("sslmode", "verify-full"));
        assertThat(DatabaseUrl.parse("postgresql://localhost,db/indico").isSslModeByDefault())
                .isTrue();
        assertThat(DatabaseUrl.parse("postgresql://db/indico?sslmode=disable").driverParameters())
                .isEqualTo(Map.of("sslmode", "disable"));
        assertThat(DatabaseUrl.parse("postgresql://db/indico?ssl=true").isSslModeByDefault())
                .isFalse();
        assertThat(DatabaseUrl.parse("postgresql://127.0.0.1,[::1]/indico").driverParameters())
                .isEmpty();
    }

    private static String refusal(String text) {
        InvalidValueException thrown = catchThrowableOfType(InvalidValueException.class, () -> DatabaseUrl.parse(text));
        assertThat(thrown).as(text).isNotNull();
        return thrown.expectation();
    }
}
