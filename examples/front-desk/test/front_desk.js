'use strict';
// The front desk as people use it: two browsers at once, the mouse, the keyboard and a
// phone, one of the browsers in New York.  Speaks TAP; run by "tools/front-desk test".
//
// In public trackers front desks like this one book twice on a double click
// (ohcnetwork/care_fe 15341, openstudio 339), drop what is dragged at another time when
// the browser is in another time zone (fullcalendar 843, 2490; saltcorn 4390), and draw
// the week of a clock change an hour off (ilios/frontend 1873, react-scheduler 69).

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const {
  origin, day, password, people, logIn, visit, cell, column, inDialog, see, showDay, book, ask, run,
} = require('../browser/desk.js');

const axe = require('axe-core').source;
const tests = [];
const test = (name, work) => tests.push([name, work]);
const desk = {}; // the pages of Mina (in New York), Claire, Hugo

async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${what}: ${v.id} ${v.nodes.map((n) => n.html).slice(0, 3).join(' ')}`), []);
}

const drag = async (page, from, to) => {
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  await page.mouse.move(a.x + 20, a.y + 5);
  await page.mouse.down();
  await page.mouse.move(b.x + 20, b.y + 5, { steps: 8 });
  await page.mouse.up();
};

// -- who may ask ---------------------------------------------------------------

test('only the page asks: not a form of another site, nobody without a session', async () => {
  const post = (headers, body = '{}', name = 'me') => fetch(`${origin}/api/${name}`, { method: 'POST', headers, body });
  const ours = { 'X-Front-Desk': '1', Origin: origin };
  assert.equal((await post({})).status, 403);
  assert.equal((await post({ ...ours, Origin: 'https://evil.example' })).status, 403);
  assert.equal((await post({ Origin: origin })).status, 403);
  assert.equal((await post(ours)).status, 401);
  assert.equal((await post({ ...ours, Cookie: 'front_desk=nonsense' })).status, 401);
  assert.equal((await post(ours, `{"email": "${'x'.repeat(20000)}"}`, 'log_in')).status, 413);
  assert.equal((await post(ours, '[1]', 'log_in')).status, 400);
  assert.equal((await post(ours, '{}', 'constructor')).status, 404);
  assert.equal((await fetch(`${origin}/..%2fserver/main.js`)).status, 404);
  const refused = await post(ours, JSON.stringify({ email: people.mina, password: 'wrong' }), 'log_in');
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get('set-cookie'), null);
  const admitted = await post(ours, JSON.stringify({ email: people.mina, password }), 'log_in');
  assert.match(admitted.headers.get('set-cookie'), /; HttpOnly; SameSite=Strict$/);
  const policy = (await fetch(`${origin}/`)).headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*/);
});

test('log-in: the wrong password is told, the right one shows the day', async () => {
  const { mina } = desk;
  await mina.goto(`${origin}/#/day/${day}`);
  await mina.getByLabel('E-mail address').fill(people.mina);
  await mina.getByLabel('Password').fill('wrong');
  await accessible(mina, 'log-in');
  await mina.getByRole('button', { name: 'Log in' }).click();
  await mina.getByText('The address or the password is wrong').waitFor();
  await logIn(mina, 'mina');
  await logIn(desk.claire, 'claire');
  await logIn(desk.hugo, 'hugo');
  assert.deepEqual(await mina.locator('.column h2').allTextContents(), ['Claire Martin', 'Inès Moreau', 'Paul Durand']);
  assert.equal(await mina.evaluate(() => document.cookie), '');
});

test('what is seen is what may be seen: a private visit is busy, and so is all of Inès to Hugo', async () => {
  assert.match(await desk.claire.locator('[data-key]', { hasText: 'Nadia Benali' }).textContent(), /09:45/);
  assert.equal(await desk.mina.getByText('Nadia Benali').count(), 0);
  assert.equal(await visit(desk.mina, '09:45–10:00', 'busy').count(), 1);
  assert.equal(await column(desk.hugo, 'Inès Moreau').getByText('Ivan Petrov').count(), 0);
  assert.ok(await column(desk.hugo, 'Inès Moreau').locator('.visit.busy').count() > 3);
  assert.equal(await column(desk.mina, 'Inès Moreau').locator('.block').textContent(), 'Absent');
});

// -- two at once -----------------------------------------------------------------

test('who has a time open is seen at once by the other one, and no more when they leave it', async () => {
  await cell(desk.claire, '08:30', 'Claire Martin').click();
  await visit(desk.mina, '08:30', 'Claire Martin is booking', 'held').waitFor();
  await desk.claire.keyboard.press('Escape');
  await visit(desk.mina, 'Claire Martin is booking').waitFor({ state: 'detached' });
});

test('what one books, the other sees without asking', async () => {
  await book(desk.mina, '08:30', 'Claire Martin', 'Jeanne Moreau');
  await visit(desk.mina, '08:30–08:45, Jeanne Moreau').waitFor();
  await visit(desk.claire, '08:30–08:45, Jeanne Moreau').waitFor();
});

test('the taken time is explained, and another one offered', async () => {
  await cell(desk.mina, '09:30', 'Paul Durand').click();
  await inDialog(desk.mina).getByLabel('Patient').fill('Karim Haddad');
  // Meanwhile somebody without a hold would be refused; so the time is given up and taken.
  const [held] = (await ask(desk.mina, 'calendar', { agendas: [await agendaId(desk.mina, 'Paul Durand')], from: day, days: 1 }))
    .columns[0].items.filter((item) => item.kind === 'hold');
  assert.equal(held.own, true);
  await ask(desk.mina, 'hold', { release: held.id });
  const paul = await desk.open({});
  await logIn(paul, 'paul');
  await book(paul, '09:30', 'Paul Durand', 'Zoe Petit');
  await visit(paul, '09:30–09:45, Zoe Petit').waitFor();
  await inDialog(desk.mina).getByRole('button', { name: 'Book', exact: true }).click();
  const refusal = inDialog(desk.mina).locator('.refusal');
  await refusal.waitFor();
  assert.equal(await refusal.getAttribute('data-word'), 'appointment_no_overlap');
  assert.match(await refusal.textContent(), /This slot is already taken/);
  await inDialog(desk.mina).locator('.ahead .refused', { hasText: 'from 09:30 to 09:45' }).waitFor();
  await accessible(desk.mina, 'a refusal');
  await inDialog(desk.mina).getByRole('group', { name: 'Free instead' }).getByRole('button', { name: '09:45' }).click();
  assert.equal(await inDialog(desk.mina).getByLabel('Patient').inputValue(), 'Karim Haddad');
  await inDialog(desk.mina).getByRole('button', { name: 'Book', exact: true }).click();
  await visit(desk.hugo, '09:45–10:00, Karim Haddad').waitFor();
  await paul.context().close();
});

test('of two who book the same time in the same moment one gets it', async () => {
  const agenda = await agendaId(desk.mina, 'Paul Durand');
  const body = { agenda_id: agenda, starts_at: `${day}T10:00:00+02:00` };
  const answers = await Promise.all([desk.mina, desk.claire, desk.mina, desk.claire].map((page, n) => ask(page, 'book', {
    ...body, patient: `Nora ${n}`, appointment_id: `00000000-0000-4000-8000-00000000000${n}` })));
  // Claire is no colleague of Paul's calendar: refused for another reason.
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  assert.ok(answers.filter((answer) => answer.status !== 200).every((answer) => answer.word && answer.message));
});

test('a double click on Book books once', async () => {
  const { mina } = desk;
  await cell(mina, '14:00', 'Claire Martin').click();
  await inDialog(mina).getByLabel('Patient').fill('Pierre Twice');
  await inDialog(mina).getByRole('button', { name: 'Book', exact: true }).dblclick();
  await visit(desk.claire, 'Pierre Twice').waitFor();
  // Also where nothing else keeps two apart: over another appointment, on purpose.
  await visit(mina, 'Pierre Twice').click();
  await inDialog(mina).getByRole('button', { name: 'Book here, too…' }).click();
  await inDialog(mina).getByLabel('Patient').fill('Ada Over');
  await inDialog(mina).getByText('More').click();
  await inDialog(mina).getByLabel('Overbook').check();
  await inDialog(mina).getByLabel('Reason', { exact: true }).fill('fever');
  await inDialog(mina).getByRole('button', { name: 'Book', exact: true }).dblclick();
  await visit(desk.claire, 'Ada Over', 'overbooked').waitFor();
  await inDialog(mina).waitFor({ state: 'detached' });
  assert.equal(await visit(desk.claire, 'Ada Over').count(), 1);
  // The same, where the button was not quick enough: the id makes it one.
  const agenda = await agendaId(mina, 'Claire Martin');
  const body = { agenda_id: agenda, starts_at: `${day}T14:15:00+02:00`, patient: 'Pierre Twice', appointment_id: '00000000-0000-4000-8000-000000000010' };
  const twice = await Promise.all([ask(mina, 'book', body), ask(mina, 'book', body), ask(mina, 'book', body)]);
  assert.deepEqual(twice.map((answer) => answer.status), [200, 200, 200]);
  assert.equal(new Set(twice.map((answer) => answer.id)).size, 1);
  await visit(desk.claire, '14:15–14:30, Pierre Twice').waitFor();
  assert.equal(await visit(desk.claire, 'Pierre Twice').count(), 2);
});

// -- moving ------------------------------------------------------------------------

test('moved by keyboard alone', async () => {
  const { mina } = desk;
  await visit(mina, '08:30–08:45, Jeanne Moreau').focus();
  await mina.keyboard.press('m');
  await mina.getByRole('status').getByText('Moving Jeanne Moreau').waitFor();
  await mina.keyboard.press('ArrowDown');
  await mina.keyboard.press('Enter');
  await visit(mina, '08:45–09:00, Jeanne Moreau').waitFor();
  await mina.getByRole('status').getByText('Moved Jeanne Moreau to 08:45').waitFor();
  assert.match(await mina.evaluate(() => document.activeElement.textContent), /^08:45/);
  await visit(desk.claire, '08:45–09:00, Jeanne Moreau').waitFor();
});

test('moved by mouse, in a browser in New York, to the place where it was dropped', async () => {
  const { mina, claire } = desk;
  assert.equal(await mina.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone), 'America/New_York');
  await drag(mina, visit(mina, '08:45–09:00, Jeanne Moreau'), cell(mina, '16:15', 'Claire Martin'));
  await visit(mina, '16:15–16:30, Jeanne Moreau').waitFor();
  await visit(claire, '16:15–16:30, Jeanne Moreau').waitFor();
  // To another doctor, and in the week to another day.
  await drag(mina, visit(mina, '16:15–16:30, Jeanne Moreau'), cell(mina, '16:15', 'Inès Moreau'));
  await column(mina, 'Inès Moreau').getByRole('button', { name: /^16:15 to 16:30.*Jeanne Moreau/ }).waitFor();
  await see(mina, 'week');
  await mina.getByRole('combobox', { name: 'Calendar' }).selectOption({ label: 'Inès Moreau' });
  await visit(mina, '16:15–16:30, Jeanne Moreau', 'Tue 4 Jun').waitFor();
  await drag(mina, visit(mina, '16:15–16:30, Jeanne Moreau'), cell(mina, '09:45', 'Inès Moreau', 'Thu 6 Jun'));
  await visit(mina, '09:45–10:00, Jeanne Moreau', 'Thu 6 Jun').waitFor();
  assert.equal(await mina.locator('.column').count(), 7);
  await accessible(mina, 'week');
  await showDay(mina);
});

test('a move to a taken time is refused in words, and it stays where it was', async () => {
  const { mina } = desk;
  await drag(mina, visit(mina, '14:00–14:15, Pierre Twice'), cell(mina, '14:15', 'Claire Martin'));
  await mina.getByRole('alert').getByText('This slot is already taken').waitFor();
  assert.equal(await visit(mina, '14:00–14:15, Pierre Twice').count(), 1);
  await mina.getByRole('alert').getByRole('button', { name: 'Close' }).click();
});

test('somebody else was faster: the old version is not moved over the new one', async () => {
  const { mina, claire } = desk;
  await mina.route('**/api/changes', (route) => route.abort());
  await mina.route('**/api/calendar', (route) => route.abort());
  await drag(claire, visit(claire, '14:00–14:15, Pierre Twice'), cell(claire, '16:45', 'Claire Martin'));
  await visit(claire, '16:45–17:00, Pierre Twice').waitFor();
  await drag(mina, visit(mina, '14:00–14:15, Pierre Twice'), cell(mina, '17:30', 'Claire Martin'));
  await mina.locator('.refusal').first().waitFor();
  await mina.unroute('**/api/changes');
  await mina.unroute('**/api/calendar');
  await visit(mina, '16:45–17:00, Pierre Twice').waitFor();
});

// -- the visit ----------------------------------------------------------------------

test('arrivals and no-shows, seen by the other one', async () => {
  const { mina, claire } = desk;
  await visit(mina, '14:30–15:00, Zoé Lambert').click();
  await accessible(mina, 'a visit');
  await inDialog(mina).getByRole('button', { name: 'Arrived' }).click();
  await visit(claire, 'Zoé Lambert', 'arrived').waitFor();
  await visit(claire, '16:45–17:00, Pierre Twice').press('Enter');
  await inDialog(claire).getByRole('button', { name: 'No-show' }).click();
  await visit(mina, 'Pierre Twice', 'no-show').waitFor();
  await visit(mina, '14:15–14:30, Pierre Twice').click();
  await inDialog(mina).getByText('Cancel the appointment').click();
  await inDialog(mina).getByLabel('Reason').fill('asked by phone');
  await inDialog(mina).getByRole('button', { name: 'Cancel it' }).click();
  await visit(claire, '14:15–14:30, Pierre Twice').waitFor({ state: 'detached' });
});

test('a free time with a room is found and booked', async () => {
  const { mina } = desk;
  await mina.getByRole('link', { name: 'Find a time' }).click();
  await mina.getByLabel('For', { exact: true }).selectOption('Check-up');
  await mina.getByLabel('Room').selectOption('any');
  await mina.getByLabel('From').fill('2058-06-05');
  await mina.getByLabel('Not before').fill('14:00');
  await accessible(mina, 'find');
  await mina.getByRole('button', { name: 'Find', exact: true }).click();
  const slots = mina.getByRole('region', { name: 'Free times' }).locator('li');
  await slots.first().waitFor();
  assert.match(await slots.first().textContent(), /^Wed 5 Jun 15:15–15:45 Claire Martin, Room 1/);
  await slots.first().getByRole('button').first().click();
  await inDialog(mina).getByLabel('Patient').fill('Éric Lopez');
  await inDialog(mina).getByRole('button', { name: 'Book', exact: true }).click();
  await inDialog(mina).waitFor({ state: 'detached' });
  await showDay(mina, '2058-06-05');
  await mina.getByRole('checkbox', { name: 'Room 1' }).check();
  await visit(mina, '15:15–15:45', 'Éric Lopez, Check-up').waitFor();
  await visit(mina, '15:15–15:45', 'taken with a visit', 'Room 1').waitFor();
  await mina.getByRole('checkbox', { name: 'Room 1' }).uncheck();
  await showDay(mina);
});

// -- who may less ----------------------------------------------------------------------

test('a receptionist with fewer rights is refused by the database, in its words', async () => {
  const { hugo } = desk;
  await book(hugo, '12:30', 'Claire Martin', 'Out Of Hours');
  await inDialog(hugo).locator('.refusal').waitFor();
  assert.equal(await inDialog(hugo).locator('.refusal').getAttribute('data-word'), 'outside_openings');
  await hugo.keyboard.press('Escape');
  await book(hugo, '11:30', 'Paul Durand', 'Not Mine');
  await inDialog(hugo).locator('.refusal', { hasText: 'Your rights on this agenda do not allow it' }).waitFor();
  await inDialog(hugo).locator('.refusal', { hasText: 'request_rights' }).waitFor();
  await hugo.keyboard.press('Escape');
  await drag(hugo, visit(hugo, 'Nora Klein'), cell(hugo, '12:30', 'Paul Durand'));
  await hugo.getByRole('alert').getByText('Your rights on this agenda do not allow it').waitFor();
  assert.equal(await visit(desk.mina, 'Not Mine|Out Of Hours').count(), 0);
  await hugo.getByRole('link', { name: 'People' }).click();
  await hugo.getByLabel('First name').fill('Nobody');
  await hugo.getByLabel('Last name').fill('Atall');
  await hugo.getByLabel('E-mail address').fill('nobody@clinic.example');
  await hugo.getByRole('button', { name: 'Invite' }).click();
  const refusal = hugo.locator('.refusal');
  await refusal.waitFor();
  assert.equal(await refusal.getAttribute('data-word'), 'not_administrator');
  assert.match(await refusal.textContent(), /Claire Martin/);
});

test('what may I do, and why: for oneself, and not for others', async () => {
  const { hugo } = desk;
  await hugo.getByRole('link', { name: 'My rights' }).click();
  await hugo.getByRole('row', { name: /Claire Martin book_in_hours grant, creation Claire Martin/ }).waitFor();
  await accessible(hugo, 'why');
  await hugo.getByLabel('Who').selectOption({ label: 'Mina Leroy' });
  await hugo.getByText('Nothing that you may know of').waitFor();
  await hugo.getByLabel('On').selectOption({ label: 'Claire Martin' });
  await hugo.locator('.refusal').waitFor();
  await showDay(hugo);
});

test('a colleague is invited with the rights of another one, accepts, and has them', async () => {
  const { claire } = desk;
  await claire.getByRole('link', { name: 'People' }).click();
  await claire.getByLabel('First name').fill('Nora');
  await claire.getByLabel('Last name').fill('Lindt');
  await claire.getByLabel('E-mail address').fill('nora.lindt@clinic.example');
  await claire.getByLabel('With the rights of').selectOption({ label: 'Mina Leroy' });
  await accessible(claire, 'people');
  await claire.getByRole('button', { name: 'Invite' }).click();
  const link = await claire.getByRole('link', { name: 'accept the invitation' }).getAttribute('href');
  const nora = await desk.open({});
  await nora.goto(`${origin}/${link}`);
  await nora.getByLabel('New password').fill('short');
  await nora.getByRole('button', { name: 'Accept' }).click();
  await nora.locator('.refusal').waitFor();
  await nora.getByLabel('New password').fill('six brown otters');
  await nora.getByRole('button', { name: 'Accept' }).click();
  await nora.locator('.column .cell').first().waitFor();
  await nora.getByRole('link', { name: 'My rights' }).click();
  await nora.getByRole('row', { name: /Claire Martin book\+overbook .*Claire Martin/ }).waitFor();
  await nora.context().close();
  await showDay(claire);
});

// -- what goes wrong ------------------------------------------------------------------

test('what a patient is called is text, in every place where it is shown', async () => {
  const { mina, claire } = desk;
  const name = '<img src=x onerror="window.hacked=1">';
  await book(mina, '17:45', 'Claire Martin', name);
  await visit(claire, 'img src=x').click();
  await inDialog(claire).getByRole('heading', { name }).waitFor();
  await inDialog(claire).getByRole('button', { name: 'Arrived' }).click();
  await claire.getByRole('status').getByText('img src=x').waitFor();
  for (const page of [mina, claire]) {
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('img').count(), 0);
  }
});

test('a session that has ended leads to the log-in, with the reason, and shows nothing any more', async () => {
  const gone = await desk.open({});
  await logIn(gone, 'hugo');
  await ask(gone, 'log_out', {}); // elsewhere, as far as this page knows
  await gone.getByLabel('Password').waitFor();
  assert.equal(await gone.getByText('Marc Lefort').count(), 0);
  await gone.context().close();
});

test('on a phone nothing is wider than the screen, and a touch books and moves', async () => {
  const phone = await desk.open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: 'dark' });
  await logIn(phone, 'mina');
  for (const view of ['day', 'week', 'find', 'people', 'why']) {
    await see(phone, view);
    await phone.locator('#grid .cell, form, table').first().waitFor();
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth), 360, view);
    await accessible(phone, `${view}, on a phone, dark`);
  }
  await showDay(phone);
  await cell(phone, '10:00', 'Claire Martin').tap();
  await inDialog(phone).getByLabel('Patient').fill('Iris Small');
  await inDialog(phone).getByRole('button', { name: 'Book', exact: true }).tap();
  await visit(phone, 'Iris Small').tap();
  await inDialog(phone).getByRole('button', { name: 'Move…' }).tap();
  await cell(phone, '17:15', 'Claire Martin').tap();
  await visit(desk.claire, '17:15–17:30, Iris Small').waitFor();
  await phone.context().close();
});

// -- the days on which the clocks change -----------------------------------------------

test('on the day of a clock change everything stands at the time that it has', async () => {
  const { mina } = desk;
  const agenda = await agendaId(mina, 'Claire Martin');
  const bookAt = async (at, patient, n) => assert.equal((await ask(mina, 'book', {
    agenda_id: agenda, starts_at: at, patient, appointment_id: `00000000-0000-4000-8000-0000000001${n}` })).status, 200, patient);
  const top = (node) => node.evaluate((box) => Math.round(box.getBoundingClientRect().top));
  await bookAt('2058-03-31T00:30:00Z', 'Before', 10); // 01:30, and then it is 03:00
  await bookAt('2058-03-31T01:00:00Z', 'After', 11);
  await bookAt('2058-03-31T07:00:00Z', 'Morning', 12); // 09:00
  await bookAt('2058-10-27T00:30:00Z', 'First', 20); // 02:30, and an hour later 02:30
  await bookAt('2058-10-27T01:30:00Z', 'Second', 21);
  await bookAt('2058-10-27T08:00:00Z', 'Morning', 22); // 09:00

  await showDay(mina, '2058-03-31');
  await visit(mina, '01:30–01:45, Before').waitFor();
  await visit(mina, '03:00–03:15, After').waitFor();
  assert.equal(await column(mina, 'Claire Martin').getByRole('button', { name: /^02:/ }).count(), 0);
  assert.equal(await top(visit(mina, '09:00–09:15, Morning')), await top(mina.locator('.hours span', { hasText: '09:00' })));

  await showDay(mina, '2058-10-27');
  await visit(mina, '02:30–02:45, First').waitFor();
  await visit(mina, '02:30–02:45, Second').waitFor();
  assert.equal(await column(mina, 'Claire Martin').locator('.cell[aria-label^="02:30"]').count(), 2);
  assert.equal(await top(visit(mina, '09:00–09:15, Morning')), await top(mina.locator('.hours span', { hasText: '09:00' })));

  await see(mina, 'week', '2058-10-27');
  await mina.getByRole('combobox', { name: 'Calendar' }).selectOption({ label: 'Claire Martin' });
  await visit(mina, '09:00–09:15, Morning', 'Sun 27 Oct').waitFor();
  assert.equal(await top(visit(mina, '09:00–09:15, Morning')), await top(cell(mina, '09:00', 'Claire Martin', 'Mon 21 Oct')));
  // The second of the two is moved to the second of the two, an hour after the first.
  await drag(mina, visit(mina, '02:30–02:45, Second'), mina.locator('.cell[aria-label^="02:45, 2 of 2"]'));
  await visit(mina, '02:45–03:00, Second').or(visit(mina, '02:45–02:00, Second')).waitFor();
  await showDay(mina);
});

// -- the end -----------------------------------------------------------------------------

test('the log tells no patient, no address and no token', async () => {
  const log = readFileSync(`${process.env.FRONT_DESK_HOME}/log`, 'utf8');
  assert.match(log, /POST book 409/);
  assert.doesNotMatch(log, /Moreau|Twice|clinic\.example|lilacs|otters/);
  assert.doesNotMatch(log, /[A-Za-z0-9_-]{43}/);
});

test('without the database the page says so, and nothing is lost', async () => {
  const { mina } = desk;
  process.kill(Number(readFileSync(`${process.env.FRONT_DESK_HOME}/pgbouncer/pid`, 'utf8')));
  await mina.getByText('Not up to date').waitFor();
  assert.ok(await mina.locator('.visit').count() > 10);
  await book(mina, '17:00', 'Claire Martin', 'Late One');
  await inDialog(mina).locator('.refusal', { hasText: 'The database cannot be reached' }).waitFor();
  assert.equal(await inDialog(mina).getByLabel('Patient').inputValue(), 'Late One');
});

const agendaId = async (page, name) => (await ask(page, 'me', {})).agendas.find((agenda) => agenda.name === name).agenda_id;

run(tests, desk, async () => {
  desk.mina = await desk.open({ timezoneId: 'America/New_York', locale: 'en-US' });
  desk.claire = await desk.open({});
  desk.hugo = await desk.open({});
});
