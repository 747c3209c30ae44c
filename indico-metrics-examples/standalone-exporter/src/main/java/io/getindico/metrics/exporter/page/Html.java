package io.getindico.metrics.exporter.page;

/** Text in HTML. */
final class Html {
    private static final int LONGEST = 80;

    private Html() {}

    /** Escapes a text, cut to 80 characters, on one line. */
    static String text(String text) {
        StringBuilder html = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> append(html, c));
        return text.codePointCount(0, Math.min(text.length(), 2 * LONGEST + 2)) > LONGEST
                ? html.append('…').toString()
                : html.toString();
    }

    private static void append(StringBuilder html, int c) {
        switch (c) {
            case '&' -> html.append("&amp;");
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            default -> html.appendCodePoint(isShown(c) ? c : '?');
        }
    }

    /** Control characters, and those that reverse the direction of text, would spoil the page. */
    private static boolean isShown(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }
}
