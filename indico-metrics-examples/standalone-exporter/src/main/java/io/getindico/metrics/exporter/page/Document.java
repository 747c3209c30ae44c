package io.getindico.metrics.exporter.page;

import static java.util.stream.Collectors.joining;

import java.util.Collection;

/** The frame of the page, with its one style and its one script. The security policy allows them by their hashes. */
@SuppressWarnings("InlineFormatString") // HTML reads better in one piece.
public final class Document {
    /** {@code check} recognizes an exporter by this title. */
    public static final String TITLE = "<title>Indico metrics</title>";

    public static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1d2733; --soft: #51606e; --paper: #f4f6f8; --card: #fff;
              --line: #d5dbe1; --good: #116329; --bad: #a40e26; --link: #0b57a4; --curve: #0b6bcb; --area: #0b6bcb22;
              --weekend: #8793a028; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa7b4; --paper: #0d1117;
              --card: #161b22; --line: #313a44; --good: #56d364; --bad: #ff8f87; --link: #79b8ff; --curve: #58a6ff;
              --area: #58a6ff26; --weekend: #9aa7b42b; } }
            * { box-sizing: border-box; }
            body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto;
              max-width: 80rem; padding: 1rem; }
            h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
            p { margin: .25rem 0; } .soft { color: var(--soft); } a { color: var(--link); }
            header { display: flex; flex-wrap: wrap; gap: .25rem 2rem; align-items: baseline; }
            nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
            .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
            .table .good { white-space: nowrap; }
            .card, .tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
              padding: .75rem 1rem; margin: 0; }
            .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem;
              margin: 1rem 0; }
            .tile dt { color: var(--soft); font-size: .9rem; } .tile dd { font-size: 1.5rem; font-weight: 600; margin: 0;
              font-variant-numeric: tabular-nums; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: .75rem; }
            .subjects { columns: 24rem; column-gap: .75rem; }
            .subjects .card { break-inside: avoid; margin-bottom: .75rem; }
            figure.card { display: grid; grid-row: span 3; grid-template-rows: subgrid; row-gap: .25rem; }
            figcaption b { font-size: 1.05rem; } .value { float: right; font-weight: 600; }
            .caption { display: block; font-size: .9rem; }
            svg { display: block; width: 100%; height: auto; }
            svg text { fill: var(--soft); font-size: 16px; }
            .g { stroke: var(--line); } .w { fill: var(--weekend); } .a { fill: var(--area); }
            .l { fill: none; stroke: var(--curve); stroke-width: 2; stroke-linejoin: round; }
            summary { cursor: pointer; } figure summary { color: var(--soft); font-size: .9rem; }
            .table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
            th, td { border-bottom: 1px solid var(--line); padding: .3rem .75rem .3rem 0; text-align: left;
              vertical-align: top; overflow-wrap: anywhere; } th { font-weight: 400; } th i { color: var(--soft); }
            thead th { color: var(--soft); font-weight: 600; overflow-wrap: normal; }
            .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            .table td, .table th { overflow-wrap: normal; }
            .hidden { clip-path: inset(50%); position: absolute; }
            @media (max-width: 30rem) { body { padding: .75rem; } svg text { font-size: 18px; }
              .tile dd { font-size: 1.25rem; } }
            @media (min-width: 100rem) { body { font-size: 18px; max-width: 116rem; } .tile dd { font-size: 2rem; }
              .charts { grid-template-columns: repeat(3, 1fr); } svg text { font-size: 14px; } }
            """;

    /**
     * Loads the page again, unless nobody sees it, somebody reads a table, or the exporter does not answer: then the old
     * page stays.
     */
    public static final String SCRIPT = """
            const seconds = Number(document.documentElement.dataset.reload);
            if (seconds > 0) {
              setInterval(() => {
                if (!document.hidden && !document.querySelector("details[open]")) {
                  fetch("./", { method: "HEAD" }).then(answer => { if (answer.ok) location.reload(); }, () => {});
                }
              }, seconds * 1000);
            }
            """;

    private static final String DOCUMENTATION = "https://github.com/indico/indico-metrics/blob/main/docs/operations.md";

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en" data-reload="%d">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            %s
            <link rel="icon" href="data:,">
            <style>%s</style>
            </head>
            <body>
            <header>
            <h1>Indico metrics</h1>
            <nav aria-label="Pages"><a href="metrics">/metrics</a><a href="-/healthy">/-/healthy</a>\
            <a href="-/ready">/-/ready</a><a href="%s">Documentation</a></nav>
            </header>
            <main>
            %s</main>
            <script>%s</script>
            </body>
            </html>
            """;

    /** For a visitor who has not shown the token. */
    public static final String LOCKED = of(
            0,
            "<p>A token guards the metrics and this page. Log in with any name and the token as the password, or send the"
                    + " token in an Authorization header.</p>\n");

    private Document() {}

    /** A link to the page of each Indico. */
    public static String ofInstances(Collection<String> names) {
        return of(
                0,
                "<section>\n<h2>Instances</h2>\n<ul>\n"
                        + names.stream()
                                .map(Html::text)
                                .map(name -> "<li><a href=\"?target=" + name + "\">" + name + "</a></li>\n")
                                .collect(joining())
                        + "</ul>\n</section>\n");
    }

    /**
     * Frames a content.
     *
     * @param reload after how many seconds the browser loads the page again; 0 for never
     */
    static String of(int reload, String content) {
        return PAGE.formatted(reload, TITLE, STYLE, DOCUMENTATION, content, SCRIPT);
    }
}
