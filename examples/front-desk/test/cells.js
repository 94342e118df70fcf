'use strict';
// Two people work while their practice moves to another cell and back.  Speaks TAP; run by
// "tools/front-desk test", which says where the cells are.
//
// In public trackers programs end when an idle connection breaks (bytebase/dbhub 422,
// brianc/node-postgres 2386, 3202), requests that were held back during a move fail
// or wait for ever when another follows at once (vitessio/vitess 15707), and writes go to
// the wrong one of two databases (rails/rails 54839).

const assert = require('node:assert/strict');
const { spawn, execFile, execFileSync } = require('node:child_process');
const { openSync, readFileSync } = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const { FRONT_DESK_A: a, FRONT_DESK_B: b, FRONT_DESK_PRACTICE: practice, FRONT_DESK_HOME: home } = process.env;
const tests = [];
const test = (name, work) => tests.push([name, work]);
const desk = {};
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// -- the cells, which can be cut off ------------------------------------------------

// Before PgBouncer, for a cell: everything that it forwards breaks when it is down.
class Line {
  constructor(port) {
    this.sockets = new Set();
    this.server = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      for (const [one, other] of [[near, far], [far, near]]) {
        this.sockets.add(one);
        one.on('error', () => {}).on('close', () => { this.sockets.delete(one); other.destroy(); });
        one.pipe(other);
      }
    });
  }

  async up() {
    await new Promise((resolve) => { this.server.listen(this.port ?? 0, '127.0.0.1', resolve); });
    this.port = this.server.address().port;
  }

  down() {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }
}
const lines = {};

async function throughLines(urls) {
  const entries = [];
  for (const entry of urls.trim().split(' ')) {
    const [, cell, before, port, after] = entry.match(/^(\w)=(.*):(\d+)(\/.*)$/);
    if (!lines[cell]) {
      lines[cell] = new Line(Number(port));
      await lines[cell].up();
    }
    entries.push(`${cell}=${before}:${lines[cell].port}${after}`);
  }
  return entries.join(' ');
}

// -- the back end --------------------------------------------------------------------

const back = { process: null, port: 0 };

async function start() {
  const log = openSync(`${home}/cells.log`, 'a');
  const { PORT, ...env } = process.env;
  back.process = spawn(process.execPath, [`${home}/server/main.js`], {
    stdio: ['ignore', log, log],
    env: { ...env, PORT: back.port, CELLS: await throughLines(env.FRONT_DESK_CELLS), LOG_INS: await throughLines(env.FRONT_DESK_LOG_INS) },
  });
  for (let n = 0; n < 100; n += 1) {
    if (await fetch(process.env.FRONT_DESK).then(() => true, () => false)) return;
    await sleep(50);
  }
  throw new Error('the back end did not start');
}

const kill = () => new Promise((resolve) => { back.process.on('exit', resolve); back.process.kill('SIGKILL'); });
process.on('exit', () => back.process?.kill());

const ask = (where, ...sql) => execFileSync('psql', ['-XqAt', '-d', where, ...sql.flatMap((one) => ['-c', one])], { encoding: 'utf8' }).trim();
// over: a promise; isNear(): whether it is about to change hands.
function begin(from, to, ...options) {
  let said = '';
  const over = new Promise((resolve, reject) => {
    execFile(path.join(__dirname, '../../../tools/practiceacl-move'), [...options, from, to, practice],
      (error, out, wrong) => (error ? reject(new Error(out + wrong)) : resolve())).stdout.on('data', (text) => { said += text; });
  });
  return { over, isNear: () => said.includes('verifying') };
}
const appointments = (where) => Number(ask(where, `SELECT count(*) FROM practiceacl.appointment WHERE organization_id = '${practice}'`));

// -- people ----------------------------------------------------------------------------

const DAY = process.env.CELLS_DAY ?? '2058-06-11';
const LABEL = new Date(`${DAY}T12:00:00Z`).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
const times = (from, until) => Array.from({ length: (until - from) * 4 }, (_, n) =>
  `${String(from + Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
const confirmed = [];

let d; // browser/desk.js, once it can know where the back end is

// Books one time after the other until the move is over, most of them while the practice
// changes hands; what is not confirmed is sent again.
async function keepBooking(page, name, doctor, free, move) {
  let over = false;
  move.over.finally(() => { over = true; }).catch(() => {});
  while (!over) {
    if (free.length > 3) {
      const time = free.shift();
      const patient = `${name} ${time.replace(':', '')}`;
      await d.book(page, time, doctor, patient, LABEL);
      await pressUntilBooked(page, patient);
    }
    for (let n = 0; n < 20 && !over && !(move.isNear() && n > 0); n += 1) await sleep(100);
  }
}

// The dialog is gone, or says what is wrong and can be sent again.
const outcome = (page) => page.evaluate(() => {
  const dialog = document.querySelector('dialog');
  return !dialog ? 'gone' : dialog.querySelector('.refusal') && !dialog.querySelector('form > .primary').disabled ? 'refused' : null;
});

async function pressUntilBooked(page, patient) {
  for (let now = null; now !== 'gone'; now = await outcome(page)) {
    if (now === 'refused') {
      assert.equal(await d.inDialog(page).getByLabel('Patient').inputValue(), patient);
      await d.inDialog(page).getByRole('button', { name: 'Book', exact: true }).click();
    }
    await sleep(50);
  }
  confirmed.push(patient);
}

// What the page has shown that it should not: errors of any kind.
const watch = (page) => page.addInitScript(() => {
  window.shown = [];
  new MutationObserver(() => document.querySelectorAll('.refusal, #stale, input[type=password]')
    .forEach((node) => window.shown.push(node.textContent || node.type))).observe(document, { childList: true, subtree: true });
});
const complaints = (page) => page.evaluate(() => window.shown.splice(0));

test('log-in in one of two cells: with the wrong password in none', async () => {
  const { mina } = desk;
  await mina.goto(`${d.origin}/#/day/${DAY}`);
  await mina.getByLabel('E-mail address').fill(d.people.mina);
  await mina.getByLabel('Password').fill('wrong');
  await mina.getByRole('button', { name: 'Log in' }).click();
  await mina.getByText('The address or the password is wrong').waitFor();
  for (const who of ['mina', 'claire', 'hugo', 'stale']) {
    await d.logIn(desk[who], who === 'stale' ? 'mina' : who, `/day/${DAY}`);
    await complaints(desk[who]);
  }
});

test('two people book while the practice moves to the other cell, and notice nothing', async () => {
  const { mina, claire, hugo, stale } = desk;
  // One has typed something, and one's page has gone to sleep.
  await d.cell(hugo, '15:30', 'Claire Martin', LABEL).click();
  await d.inDialog(hugo).getByLabel('Patient').fill('Hugo Draft');
  await d.inDialog(hugo).getByText('More').click();
  await d.inDialog(hugo).getByLabel('Note').fill('comes with a letter');
  await stale.route('**/api/changes', (route) => route.abort());
  const moving = begin(a, b);
  await Promise.all([moving.over,
    keepBooking(mina, 'Mina', 'Paul Durand', desk.pauls, moving), keepBooking(claire, 'Claire', 'Claire Martin', desk.claires, moving)]);
  assert.equal(appointments(a), 0);
  assert.ok(appointments(b) > confirmed.length);
  for (const page of [mina, claire, hugo]) assert.deepEqual(await complaints(page), []);
  // What one books there, the other sees; and the time that is open is held there, too.
  await d.book(claire, desk.claires.shift(), 'Claire Martin', 'Claire There', LABEL);
  await pressUntilBooked(claire, 'Claire There');
  await d.visit(mina, 'Claire There').waitFor();
  await d.visit(mina, '15:30', 'Hugo Blanc is booking', 'held').waitFor();
  assert.deepEqual(await mina.evaluate(() => window.shown), []);
});

test('a page that slept books where the practice is now, and catches up', async () => {
  const { stale } = desk;
  await d.book(stale, desk.pauls.shift(), 'Paul Durand', 'Stale Tab', LABEL);
  await pressUntilBooked(stale, 'Stale Tab');
  await stale.unroute('**/api/changes');
  await d.visit(stale, 'Claire There').waitFor();
  assert.equal(Number(ask(b, "SELECT count(*) FROM practiceacl.appointment WHERE patient = 'Stale Tab' AND starts_at::date = '" + DAY + "'")), 1);
});

test('who has a practice in each cell chooses, and writes for one do not go to the other', async () => {
  const [nadia, agenda, other] = ask(a, `SELECT p.account_id || ' ' || p.agenda_id || ' ' || r.organization_id
    FROM staging.provider p JOIN staging.practice r ON r.source_id = p.practice WHERE p.last_name = 'Benali'`).split(' ');
  const token = ask(a, 'BEGIN', `SELECT set_config('practiceacl.session', practiceacl.open_session('${nadia}'), true) = ''`,
    `SELECT token FROM practiceacl.invite_user('${other}', 'ines.moreau@clinic.example', 'Inès', 'Moreau', access => '[{"agenda": "${agenda}", "rights": "book"}]')`,
    'COMMIT').split('\n')[1];
  const ines = await desk.open({});
  await ines.goto(`${d.origin}/#/invitation/${token}`);
  await ines.getByLabel('New password').fill(d.password);
  await ines.getByRole('button', { name: 'Accept' }).click();
  await ines.getByLabel('Practice').waitFor();
  await d.see(ines, 'day', DAY);
  await ines.locator('.column', { hasText: 'Inès Moreau' }).waitFor();
  await ines.getByLabel('Practice').selectOption({ label: 'Maison des Tilleuls' });
  await ines.locator('.column', { hasText: 'Nadia Benali' }).waitFor();
  await d.book(ines, '10:00', 'Nadia Benali', 'Ines There', LABEL);
  await pressUntilBooked(ines, 'Ines There');
  await ines.reload();
  await d.visit(ines, 'Ines There').waitFor();
  const request = { starts_at: `${DAY}T12:00:00Z`, patient: 'Wrong', appointment_id: '00000000-0000-4000-8000-0000000000ff' };
  const own = ask(b, "SELECT id FROM practiceacl.agenda WHERE name = 'Inès Moreau'");
  assert.equal((await d.ask(ines, 'book', { ...request, organization_id: practice, agenda_id: agenda })).status, 404);
  assert.equal((await d.ask(ines, 'book', { ...request, organization_id: other, agenda_id: own })).status, 404);
  assert.equal((await d.ask(ines, 'book', { ...request, organization_id: '00000000-0000-7000-8000-00000000dead', agenda_id: own })).code, 'nowhere');
  for (const where of [a, b]) assert.equal(ask(where, "SELECT count(*) FROM practiceacl.appointment WHERE patient = 'Wrong'"), '0');
  confirmed.splice(confirmed.indexOf('Ines There'), 1); // in the other practice
  await ines.context().close();
});

test('a cell that is down is told in words, what is typed stays, and the other one goes on', async () => {
  const { mina, hugo } = desk;
  lines.b.down();
  await mina.getByText('Not up to date').waitFor();
  await d.book(mina, desk.pauls[0], 'Paul Durand', 'Mina Later', LABEL);
  await d.inDialog(mina).locator('.refusal', { hasText: 'The database cannot be reached at the moment' }).waitFor();
  // Another practice, which has been in the cell a all the time.
  const nadia = await desk.open({});
  const account = ask(a, "SELECT id FROM practiceacl.account WHERE email = 'admin2@clinic.example'");
  const temporary = ask(a, 'SET ROLE clinic_support', `SELECT practiceacl.renew_temporary_password('${account}')`);
  await nadia.goto(`${d.origin}/#/day/${DAY}`);
  await nadia.getByLabel('E-mail address').fill('admin2@clinic.example');
  await nadia.getByLabel('Password').fill(temporary);
  await nadia.getByRole('button', { name: 'Log in' }).click();
  await nadia.getByLabel('Present password').fill(temporary);
  await nadia.getByLabel('New password').fill(d.password);
  await nadia.getByRole('button', { name: 'Change it' }).click();
  await nadia.getByText('A part of the service cannot be reached').waitFor();
  await nadia.locator('.column .cell').first().waitFor();
  await nadia.context().close();
  const late = await desk.open({});
  await late.goto(`${d.origin}/#/day/${DAY}`);
  await late.getByLabel('E-mail address').fill(d.people.paul);
  await late.getByLabel('Password').fill(d.password);
  await late.getByRole('button', { name: 'Log in' }).click();
  await late.getByText('The database cannot be reached at the moment').waitFor();
  await late.context().close();
  await lines.b.up();
  for (const page of [mina, desk.claire, hugo]) await page.getByText('Not up to date').waitFor({ state: 'detached' });
  await d.inDialog(mina).getByRole('button', { name: 'Book', exact: true }).click();
  await pressUntilBooked(mina, 'Mina Later');
  desk.pauls.shift();
  // Where they logged in is down: who is at work stays so.
  lines.a.down();
  await d.book(mina, desk.pauls.shift(), 'Paul Durand', 'Mina Alone', LABEL);
  await pressUntilBooked(mina, 'Mina Alone');
  await lines.a.up();
  assert.equal(await d.inDialog(hugo).getByLabel('Patient').inputValue(), 'Hugo Draft');
});

test('back again, with the back end restarted in the middle', async () => {
  const { mina, claire, hugo } = desk;
  await Promise.all([mina, claire, hugo].map(complaints));
  const moving = begin(b, a);
  const restarting = sleep(2500).then(kill).then(start);
  await Promise.all([moving.over, restarting,
    keepBooking(mina, 'Mina', 'Paul Durand', desk.pauls, moving), keepBooking(claire, 'Claire', 'Claire Martin', desk.claires, moving)]);
  // Nobody was asked for a password, and nothing worse was said than what is true.
  for (const page of [mina, claire, hugo]) {
    assert.deepEqual((await complaints(page)).filter((said) => !/the front desk cannot be reached|^$/i.test(said)), []);
  }
  assert.equal(await d.inDialog(hugo).getByLabel('Note').inputValue(), 'comes with a letter');
  await d.inDialog(hugo).getByRole('button', { name: 'Book', exact: true }).click();
  await pressUntilBooked(hugo, 'Hugo Draft');
  await d.visit(mina, 'Hugo Draft').waitFor();
});

test('every booking that was confirmed is there once, in one cell', async () => {
  assert.ok(confirmed.length > 10, `${confirmed.length} bookings`);
  assert.equal(appointments(b), 0);
  const found = ask(a, `SELECT patient FROM practiceacl.appointment WHERE organization_id = '${practice}' 
    AND patient ~ '^(Mina|Claire|Hugo|Stale) ' AND starts_at::date = '${DAY}'`);
  assert.deepEqual(found.split('\n').sort(), [...confirmed].sort());
  const there = ask(b, "SELECT count(*) FROM practiceacl.activity WHERE act = 'organization.forgotten'");
  assert.ok(Number(there) > 0);
});

test('a cell that is not ours is connected to by nobody, whoever names it', async () => {
  const { mina } = desk;
  let connections = 0;
  const trap = net.createServer((socket) => { connections += 1; socket.destroy(); });
  await new Promise((resolve) => { trap.listen(0, '127.0.0.1', resolve); });
  const forged = `postgresql://front_desk@127.0.0.1:${trap.address().port}/cell_a`;
  ask(a, `SELECT practiceacl.publish_organization('${practice}'), practiceacl.hand_over_organization('${practice}', '${forged}')`);
  try {
    await d.book(mina, '16:45', 'Claire Martin', 'Mina Forged', LABEL);
    const refusal = d.inDialog(mina).locator('.refusal', { hasText: 'where this front desk cannot reach it' });
    await refusal.waitFor();
    assert.doesNotMatch(await refusal.textContent(), /postgresql/);
  } finally {
    await begin(a, b, '--cancel').over;
  }
  await d.inDialog(mina).getByRole('button', { name: 'Book', exact: true }).click();
  await pressUntilBooked(mina, 'Mina Forged');
  assert.equal(connections, 0);
  trap.close();
});

test('logged out is logged out in every cell', async () => {
  const { claire } = desk;
  const open = () => Number(ask(b, `SELECT count(*) FROM practiceacl.session s JOIN practiceacl.account c ON c.id = s.account_id
    WHERE c.first_name = 'Claire' AND s.ended_at IS NULL`));
  const before = open();
  await claire.getByRole('button', { name: 'Log out' }).click();
  await claire.getByLabel('Password').waitFor();
  assert.equal(open(), before - 1);
  assert.equal((await d.ask(claire, 'me', {})).status, 401);
});

test('doc/cells.md shows the module as it is', async () => {
  const [, shown] = readFileSync(path.join(__dirname, '../../../doc/cells.md'), 'utf8').match(/^<!-- cells: node -->\n```js\n(.*?)^```/ms);
  assert.equal(shown, readFileSync(path.join(__dirname, '../server/cells.js'), 'utf8'));
});

async function main() {
  back.port = await new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
  process.env.FRONT_DESK = `http://127.0.0.1:${back.port}`;
  d = require('../browser/desk.js');
  await start();
  await d.run(tests, desk, async () => {
    for (const who of ['mina', 'claire', 'hugo', 'stale']) {
      desk[who] = await desk.open({});
      await watch(desk[who]);
    }
    desk.pauls = [...times(9, 13), ...times(14, 17)]; // when they are open
    desk.claires = [...times(8, 12), ...times(14, 15), ...times(16, 18)].filter((time) => time !== '16:45');
  });
  back.process.kill();
  process.exit();
}

main().catch((error) => { console.error(error); process.exit(1); });
