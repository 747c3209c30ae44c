// Draws boards: node draw.mjs PROMETHEUS FOLDER PREFIX NAME=FROM ... writes FOLDER/PREFIX-NAME.png for each board
// ../indico-NAME.json over the range that begins at FROM.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const WIDTH = 1440;
const [prometheus, folder, prefix, ...boards] = process.argv.slice(2);
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', json: 'application/json' };

// The page, the boards and Prometheus have one origin, so that Prometheus needs no setting for other origins.
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  try {
    if (pathname.startsWith('/api/')) {
      const body = await new Promise((done) => {
        let text = '';
        request.on('data', (part) => (text += part)).on('end', () => done(text));
      });
      const answer = await fetch(prometheus + pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    } else {
      const file = pathname.endsWith('.json') ? join(here, '..', pathname) : join(here, 'dist', pathname);
      const content = await readFile(file);
      response.writeHead(200, { 'content-type': types[pathname.split('.').pop()] ?? 'application/octet-stream' });
      response.end(content);
    }
  } catch (error) {
    response.writeHead(404).end(String(error));
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});
let failed = false;
for (const board of boards) {
  const [name, from] = board.split('=');
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
  const complain = (text) => {
    console.error(`${prefix} ${name}: ${text}`);
    failed = true;
  };
  page.on('pageerror', (error) => complain(error.stack));
  page.on('console', (message) => {
    // Icons of buttons that the page does not have are not there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complain(message.text());
    }
  });
  const address = new URLSearchParams({ board: `indico-${name}.json`, from, prometheus: '' });
  await page.goto(`${origin}/index.html?${address}`);
  await page.waitForFunction(() => window.isDrawn?.(), null, { timeout: 120000 });
  if (/NaN|undefined|Infinity/.test(await page.innerText('body'))) {
    complain('shows NaN, undefined or Infinity');
  }
  await page.screenshot({ path: join(folder, `${prefix}-${name}.png`), fullPage: true });
  await page.close();
}
await browser.close();
server.close();
process.exit(failed ? 1 : 0);
