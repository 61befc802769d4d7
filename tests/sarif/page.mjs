// Opens pages of `--format html` in a headless Chromium, uses them as a reader does, and prints as JSON what happened.
//
//   CHROMIUM=/usr/bin/chromium node page.mjs REQUESTS.json
//
// REQUESTS.json: [{"page": path, "pictures": folder, "name": "example"}, ..]
// Printed: [{"views": {"wide": {"axe": [..], "overflow": false, "errors": [..], "requests": 1}, ..}, "used": {..}}, ..]

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const VIEWS = {
  wide: { viewport: { width: 1400, height: 1000 }, colorScheme: 'light' },
  narrow: { viewport: { width: 400, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1400, height: 1000 }, colorScheme: 'dark' },
};

// Opens a page and notes whatever goes wrong or is asked of the network.
async function open(browser, address, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const seen = { errors: [], requests: 0 };
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('dialog', (dialog) => {
    seen.errors.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', () => { seen.requests += 1; });
  await page.goto(address);
  return { context, page, seen };
}

async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  });
}

async function look(browser, address, name, pictures) {
  const views = {};
  for (const [view, options] of Object.entries(VIEWS)) {
    const { context, page, seen } = await open(browser, address, options);
    if (pictures) await page.screenshot({ path: `${pictures}/${name}-${view}.png`, fullPage: true });
    const closed = await axe(page);
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    views[view] = { axe: [...closed, ...(await axe(page))], overflow, ...seen };
    await context.close();
  }
  return views;
}

const visible = (page, selector) => page.locator(selector).evaluateAll(
  (found) => found.filter((one) => one.checkVisibility()).length,
);
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return at.id || at.getAttribute('href') || at.closest('details')?.querySelector('[id]')?.id || at.tagName;
});

// What a reader does with the mouse and the keyboard, and what the page shows then.
async function use(browser, address) {
  const { context, page, seen } = await open(browser, address, VIEWS.wide);
  const used = { rows: await visible(page, 'tbody tr'), articles: await visible(page, 'article') };
  const cell = page.locator('a.state').first();
  const target = (await cell.getAttribute('href')).slice(1);
  used.closed = await visible(page, `#${target}`);
  await cell.click();
  used.opened = [await visible(page, `#${target}`), (await focused(page)) === target];
  await page.locator('.system details[open]').first().evaluate((one) => { one.open = false; });
  await cell.click();
  used.opened_again = await visible(page, `#${target}`);

  await cell.focus();
  const start = await focused(page);
  await page.keyboard.press('ArrowDown');
  const below = await focused(page);
  await page.keyboard.press('ArrowUp');
  used.arrows = [below !== start && below.startsWith('#use-'), (await focused(page)) === start];

  await page.keyboard.press('/');
  used.slash = await focused(page);
  await page.keyboard.type('no such thing');
  used.nothing = [await visible(page, 'tbody tr'), await visible(page, 'article'), await page.textContent('#shown')];
  await page.keyboard.press('Escape');
  used.cleared = [await visible(page, 'tbody tr'), await visible(page, 'article'), await page.textContent('#shown')];
  await page.selectOption('#state', 'excess');
  used.excess = [await visible(page, 'tbody tr'), await visible(page, 'tbody tr:has(a.excess)')];
  await page.selectOption('#level', 'error');
  used.errors = [await visible(page, 'article[data-level]'), await visible(page, 'article[data-level=error]')];

  await page.keyboard.press('Escape');
  await page.emulateMedia({ media: 'print' });
  const details = await page.locator('details').count();
  used.print = [await visible(page, '#controls'), details === (await visible(page, 'details > :nth-child(2)'))];
  await context.close();

  const plain = await open(browser, address, { ...VIEWS.wide, javaScriptEnabled: false });
  await plain.page.locator('a.state').first().click();
  used.without_script = [
    await plain.page.locator(`#${target}`).isVisible(), await plain.page.locator('#controls').isVisible(),
  ];
  await plain.context.close();
  return { ...used, trouble: seen.errors };
}

const requests = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
try {
  const found = [];
  for (const { page, name, pictures } of requests) {
    const address = pathToFileURL(page).href;
    found.push({ views: await look(browser, address, name, pictures), used: await use(browser, address) });
  }
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
}
