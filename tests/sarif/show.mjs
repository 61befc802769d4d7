// Shows SARIF logs in Microsoft's web component, in a headless Chromium, and prints as JSON what stands on each page.
//
//   CHROMIUM=/usr/bin/chromium node show.mjs REQUESTS.json
//
// REQUESTS.json: [{"log": path, "picture": path, "suppression": ["unsuppressed", "suppressed"]}, ..]
// Printed: [[{"title", "count", "rules": [{"title", "count"}], "results": [{"level", "icon", "place", "message", "code",
// "marked", "baseline"}]}, ..], ..]: for each request its cards (one a run), everything unfolded.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const SCRIPTS = [
  'react/umd/react.production.min.js',
  'react-dom/umd/react-dom.production.min.js',
  '@microsoft/sarif-web-component',
].map(createRequire(import.meta.url).resolve);

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

// What is still folded: a card, a rule, the rest of a long list. The page unfolds one and builds itself anew.
const FOLDED = '[aria-label="Show/Hide"]:has(.ms-Icon--ChevronUp), tr[aria-expanded="false"], .bolt-link:text-is("Show All")';
const MOST_CLICKS = 200;

async function unfold(page) {
  for (let clicks = 0; clicks < MOST_CLICKS; clicks++) {
    const next = page.locator(FOLDED).first();
    if (!(await next.count())) return;
    await next.click();
  }
  throw new Error(`something is still folded after ${MOST_CLICKS} clicks`);
}

// Runs in the page.
function read() {
  const text = (element) => element?.textContent ?? '';
  const heading = (element) => ({
    title: [...(element?.childNodes ?? [])].filter((node) => !node.classList?.contains('bolt-pill')).map(text).join(''),
    count: Number(text(element?.querySelector('.bolt-pill'))),
  });
  const result = (row) => {
    const [place, details, baseline] = row.querySelectorAll('td[role=gridcell]');
    const icon = place.querySelector('svg.bolt-status');
    return {
      level: text(icon),
      icon: ['failed', 'warning', 'active'].find((name) => icon.classList.contains(name)),
      place: text(place).slice(text(icon).length),
      message: text(details.firstElementChild),
      code: text(details.querySelector('code.hljs')),
      marked: [...details.querySelectorAll('.swcRegion')].map(text).join(''),
      baseline: text(baseline),
    };
  };
  return [...document.querySelectorAll('.bolt-card')].map((card) => ({
    ...heading(card.querySelector('.swcRunTitle')),
    rules: [...card.querySelectorAll('.swcRowRule')].map(heading),
    results: [...card.querySelectorAll('tr[aria-level="2"]:has(svg.bolt-status)')].map(result),
  }));
}

async function show(browser, { log, picture, suppression }) {
  // Tall, since rows that cannot be seen are not made.
  const page = await browser.newPage({ viewport: { width: 1400, height: 8000 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.setContent('<!doctype html><body style="margin: 0; font-family: sans-serif"><div id="root"></div>');
  for (const path of SCRIPTS) await page.addScriptTag({ path });
  await page.evaluate(([log, suppression]) => {
    const filter = { Baseline: { value: ['new', 'unchanged', 'updated'] }, Suppression: { value: suppression } };
    const viewer = React.createElement(Viewer, { logs: [log], filterState: filter, showSuppression: true });
    ReactDOM.render(viewer, document.getElementById('root'));
  }, [JSON.parse(readFileSync(log, 'utf8')), suppression]);
  await page.waitForSelector('.bolt-card');
  await unfold(page);
  const cards = await page.evaluate(read);
  await page.locator('.bolt-page').screenshot({ path: picture });
  await page.close();
  if (errors.length) throw new Error(`${log}: ${errors.join('; ')}`);
  return cards;
}

const requests = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
try {
  const shown = [];
  for (const request of requests) shown.push(await show(browser, request));
  console.log(JSON.stringify(shown));
} finally {
  await browser.close();
}
