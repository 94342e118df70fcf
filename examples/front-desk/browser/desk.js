'use strict';
// Chromium, and people at the front desk, for the tests and the pictures.  Called by
// "tools/front-desk test", whose environment says where the front desk is.

const assert = require('node:assert/strict');
const { accessSync, constants } = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const origin = process.env.FRONT_DESK;
const day = process.env.FRONT_DESK_DAY;
const password = process.env.FRONT_DESK_PASSWORD;

const people = {
  claire: 'admin1@clinic.example',
  paul: 'durand@clinic.example',
  ines: 'ines.moreau@clinic.example',
  mina: 'mina.leroy@clinic.example',
  hugo: 'hugo.blanc@clinic.example',
};

// Debian's Chromium, or none.
function executable() {
  for (const folder of (process.env.PATH || '').split(':')) {
    const file = path.join(folder, 'chromium');
    try { accessSync(file, constants.X_OK); return file; } catch { /* the next one */ }
  }
  return null;
}

// No sandbox: it opens our own page alone, and root has none.
const launch = () => chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });

async function logIn(page, who, hash = `/day/${day}`) {
  await page.goto(`${origin}/#${hash}`);
  await page.getByLabel('E-mail address').fill(people[who] ?? who);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('.column .cell').first().waitFor();
}

// By what a screen reader says of it: 08:15 to 08:30, Marc Lefort, Consultation, done ...
const visit = (page, ...words) => page.getByRole('button', {
  name: new RegExp(words.join('.*').replace(/–/g, ' *to *').replace(/, /g, ' *, *').replace(/^(?=\d)/, '^')) });
const cell = (page, time, name, date = 'Tue 4 Jun') => page.getByRole('button', { name: new RegExp(`^${time}, ${name}, ${date}`) });
const column = (page, name) => page.getByRole('region', { name: new RegExp(name) });
const inDialog = (page) => page.getByRole('dialog');
const see = (page, view, date = day) => page.evaluate((hash) => { window.location.hash = hash; }, `#/${view}/${date}`);

async function showDay(page, date = day) {
  await see(page, 'day', date);
  await page.locator('#grid.day .cell').first().waitFor();
}

async function book(page, time, name, patient, date) {
  await cell(page, time, name, date).click();
  await inDialog(page).getByLabel('Patient').fill(patient);
  await inDialog(page).getByRole('button', { name: 'Book', exact: true }).click();
}

// What a page asks the back end, without the page's own checks.
const ask = (page, name, body) => page.evaluate(async ([what, values]) => {
  const response = await fetch(`/api/${what}`, {
    method: 'POST', headers: { 'X-Front-Desk': '1' }, body: JSON.stringify(values),
  });
  return { status: response.status, ...await response.json() };
}, [name, body]);

// Tests, [name, work], one after the other; speaks TAP.  desk.open() opens a page of its
// own, prepare() those that the tests begin with, and whose pictures are kept when one fails.
async function run(tests, desk, prepare) {
  if (!executable()) {
    console.log('1..0 # skip chromium is not installed');
    return;
  }
  const browser = await launch();
  const broken = [];
  desk.open = async (options) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1500 }, timezoneId: 'Europe/Paris', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (line) => { if (/Content Security Policy/.test(line.text())) broken.push(line.text()); });
    return page;
  };
  await prepare();
  const pages = Object.entries(desk).filter(([, page]) => page.screenshot);
  let number = 0;
  let failed = 0;
  const chosen = ([name]) => !process.argv[2] || name.includes(process.argv[2]) || name.startsWith('log-in');
  for (const [name, work] of [...tests.filter(chosen),
    ['no script of the page failed, and nothing was against its policy', async () => assert.deepEqual(broken, [])]]) {
    number += 1;
    try {
      await work();
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${number} - ${name}\n${String(error.stack).replace(/^/gm, '# ')}`);
      for (const [who, page] of pages) {
        await page.screenshot({ path: `${process.env.FRONT_DESK_HOME}/failed-${number}-${who}.png` }).catch(() => {});
        await page.unrouteAll(); // the next one begins without it
        await see(page, 'day').then(() => page.reload()).catch(() => {});
      }
    }
  }
  console.log(`1..${number}`);
  await browser.close();
  process.exitCode = failed ? 1 : 0;
}

module.exports = {
  origin, day, password, people, launch, logIn, visit, cell, column, inDialog, see, showDay, book, ask,
  run: (...all) => run(...all).catch((error) => { console.error(error); process.exit(1); }),
};
