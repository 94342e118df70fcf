'use strict';
// The pictures of README.md: always of the same day, whose week tools/front-desk fills.

const path = require('node:path');
const { day, launch, logIn } = require('./desk.js');

const folder = process.argv[2] || path.join(__dirname, '../pictures');

async function main() {
  const browser = await launch();
  const open = async (options) => (await browser.newContext(
    { viewport: { width: 1100, height: 860 }, locale: 'en-GB', reducedMotion: 'reduce', ...options })).newPage();
  const take = async (page, name) => {
    await page.mouse.move(2, 2);
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  };

  // Inès has a time open, and Mina sees it.
  const ines = await open();
  await logIn(ines, 'ines');
  await ines.getByRole('button', { name: /^09:45, Inès Moreau/ }).click();
  const mina = await open();
  await logIn(mina, 'mina');
  await mina.getByRole('button', { name: /Inès Moreau is booking/ }).waitFor();
  await take(mina, 'day');

  const claire = await open();
  await logIn(claire, 'claire', `/week/${day}`);
  await take(claire, 'week');

  // Mina wants the same time, is told, and is offered others.
  await mina.getByRole('button', { name: /Inès Moreau is booking/ }).click();
  await mina.getByLabel('Patient').fill('Jeanne Moreau');
  await mina.getByRole('button', { name: 'Book', exact: true }).click();
  await mina.getByRole('dialog').getByText('Free instead').waitFor();
  await take(mina, 'taken');

  const phone = await open({ viewport: { width: 390, height: 780 }, colorScheme: 'dark', hasTouch: true });
  await logIn(phone, 'paul');
  await take(phone, 'phone');
  await browser.close();
}

main().catch((error) => { console.error(error.message); process.exit(1); });
