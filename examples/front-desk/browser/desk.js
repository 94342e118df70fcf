'use strict';
// Chromium, and people at the front desk, for the test and the pictures.  Called by
// "tools/front-desk test", whose environment says where the front desk is.

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

module.exports = { origin, day, password, people, executable, launch, logIn };
