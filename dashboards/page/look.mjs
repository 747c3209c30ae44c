// Looks at the exporter's page: node look.mjs URL FOLDER [all] writes FOLDER/page-SIZE-THEME.png for three sizes and two
// themes; with all, of the whole page. It fails if the browser logs an error, axe finds a violation, the page scrolls sideways, or a label of a chart
// has less than 12 px, overlaps another one or leaves its chart.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [url, folder, part] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sizes = { phone: [390, 844], desk: [1280, 800], wall: [1920, 1080] };
const smallest = 12;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});
let failed = false;
for (const [size, [width, height]] of Object.entries(sizes)) {
  for (const theme of ['light', 'dark']) {
    const name = `page-${size}-${theme}`;
    const complain = (text) => {
      console.error(`${name}: ${text}`);
      failed = true;
    };
    // Axe is the only script that the page's security policy would refuse.
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, bypassCSP: true });
    const page = await context.newPage();
    page.on('pageerror', (error) => complain(error.stack));
    page.on('console', (message) => message.type() === 'error' && complain(message.text()));
    await page.goto(url);
    await page.waitForSelector('svg');
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: part === 'all' });
    const flaws = await page.evaluate((least) => {
      const found = [];
      if (document.documentElement.scrollWidth > innerWidth) {
        found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
      }
      for (const svg of document.querySelectorAll('svg')) {
        const frame = svg.getBoundingClientRect();
        const scale = frame.width / svg.viewBox.baseVal.width;
        const labels = [...svg.querySelectorAll('text')];
        labels.forEach((label, i) => {
          const box = label.getBoundingClientRect();
          const pixels = parseFloat(getComputedStyle(label).fontSize) * scale;
          const title = `${svg.querySelector('title').textContent}: "${label.textContent}"`;
          if (pixels < least) {
            found.push(`${title} has ${pixels.toFixed(1)} px`);
          }
          if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom || box.top < frame.top) {
            found.push(`${title} leaves the chart`);
          }
          for (const other of labels.slice(i + 1)) {
            const second = other.getBoundingClientRect();
            const apart =
              box.right <= second.left || second.right <= box.left || box.bottom <= second.top || second.bottom <= box.top;
            if (!apart) {
              found.push(`${title} overlaps "${other.textContent}"`);
            }
          }
        });
      }
      return found;
    }, smallest);
    flaws.forEach(complain);
    await page.evaluate(axe);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
    const { violations } = await page.evaluate(() => axe.run());
    violations.forEach((violation) =>
      complain(`${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`),
    );
    await context.close();
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
