'use strict';
// All that the page can ask for.  Each is SQL and nothing else: what is allowed, what is
// free and what is shown to whom, the database decides.  Times travel as instants,
// and beside them what the clock of the practice shows, which the server computes: no
// time is ever read in the time zone of this program or of a browser.

const { setTimeout: sleep } = require('node:timers/promises');
const database = require('./database.js');

const LOCAL = `'YYYY-MM-DD"T"HH24:MI'`;

// $1 agendas, $2 the first day, $3 how many days (a week at most): a row for each
// column of the grid, and between which minutes its agenda frames the day.
const COLUMNS = `
  SELECT m.agenda_id, m.name, m.kind, m.level, m.time_zone, m.slot_minutes, ($2::date + n)::text AS day,
         (extract(epoch FROM g.day_start) / 60)::int AS from_minute,
         (extract(epoch FROM g.day_end) / 60)::int AS until_minute
  FROM practiceacl.my_agendas AS m
  JOIN practiceacl.agenda AS g ON g.id = m.agenda_id
  CROSS JOIN generate_series(0, least($3::int, 7) - 1) AS n
  WHERE m.agenda_id = ANY ($1::uuid[])
  ORDER BY array_position($1::uuid[], m.agenda_id), n`;

// What stands in these days; where the caller sees no more, when it is busy.
const ITEMS = `
  SELECT c.kind, c.agenda_id, c.id, c.starts_at, c.status, c.overbooked, c.patient, c.note,
         c.type_name, c.color, c.part_of, c.substitute_name, a.version, a.status_since,
         h.name AS held_by, h.own, h.expires_at,
         to_char(c.starts_at AT TIME ZONE m.time_zone, ${LOCAL}) AS local_start,
         to_char(c.ends_at AT TIME ZONE m.time_zone, ${LOCAL}) AS local_end,
         to_char(c.occupied_from AT TIME ZONE m.time_zone, ${LOCAL}) AS local_from,
         to_char(c.occupied_until AT TIME ZONE m.time_zone, ${LOCAL}) AS local_until
  FROM practiceacl.my_agendas AS m
  CROSS JOIN LATERAL practiceacl.calendar_between(
      $2::date::timestamp AT TIME ZONE m.time_zone,
      ($2::date + least($3::int, 7))::timestamp AT TIME ZONE m.time_zone, ARRAY[m.agenda_id]) AS c
  LEFT JOIN practiceacl.every_appointment AS a ON c.kind = 'appointment' AND a.id = c.id
  LEFT JOIN practiceacl.slot_presence AS h ON c.kind = 'hold' AND h.hold_id = c.id
  WHERE m.agenda_id = ANY ($1::uuid[])
  UNION ALL
  SELECT 'busy', b.agenda_id, NULL, b.starts_at, 'busy', NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         to_char(b.starts_at AT TIME ZONE m.time_zone, ${LOCAL}), to_char(b.ends_at AT TIME ZONE m.time_zone, ${LOCAL}),
         to_char(b.occupied_from AT TIME ZONE m.time_zone, ${LOCAL}), to_char(b.occupied_until AT TIME ZONE m.time_zone, ${LOCAL})
  FROM practiceacl.my_agendas AS m
  JOIN practiceacl.busy AS b USING (agenda_id)
  WHERE m.agenda_id = ANY ($1::uuid[]) AND NOT practiceacl.can(m.agenda_id, 'read')
    AND b.occupied_until > $2::date::timestamp AT TIME ZONE m.time_zone
    AND b.occupied_from < ($2::date + least($3::int, 7))::timestamp AT TIME ZONE m.time_zone
  ORDER BY starts_at, id`;

const OPENINGS = `
  SELECT o.agenda_id, d.day::text AS day, left(o.opens_at::text, 5) AS opens_at, left(o.closes_at::text, 5) AS closes_at
  FROM practiceacl.opening AS o
  CROSS JOIN LATERAL (SELECT $2::date + n AS day FROM generate_series(0, least($3::int, 7) - 1) AS n) AS d
  WHERE o.agenda_id = ANY ($1::uuid[])
    AND o.weekday = extract(isodow FROM d.day) AND d.day BETWEEN o.valid_from AND o.valid_until
    AND (o.from_week IS NULL OR d.day >= o.from_week AND (d.day - o.from_week) / 7 % o.every_weeks = 0)`;

// The places of the grid, from minute $4 until $5 of the day: each is an instant, with
// what the clock shows then.  On the day of a clock change an hour is missing, or there
// are two of it: of two the grid begins with the earlier.
const CELLS = `
  SELECT m.agenda_id, d.day::text AS day, c.at, to_char(c.at AT TIME ZONE m.time_zone, 'HH24:MI') AS local,
         f.starts_at IS NOT NULL AS free
  FROM practiceacl.my_agendas AS m
  CROSS JOIN LATERAL (SELECT $2::date + n AS day FROM generate_series(0, least($3::int, 7) - 1) AS n) AS d
  CROSS JOIN LATERAL (SELECT d.day + make_interval(mins => $4::int) AS clock,
      d.day::timestamp AT TIME ZONE m.time_zone + make_interval(mins => $4::int) AS passed) AS first
  CROSS JOIN LATERAL generate_series(
      CASE WHEN first.passed AT TIME ZONE m.time_zone = first.clock THEN first.passed
           ELSE first.clock AT TIME ZONE m.time_zone END,
      (d.day + make_interval(mins => $5::int)) AT TIME ZONE m.time_zone - make_interval(mins => m.slot_minutes),
      make_interval(mins => m.slot_minutes)) AS c(at)
  LEFT JOIN LATERAL practiceacl.free_slots(m.agenda_id,
      $2::date::timestamp AT TIME ZONE m.time_zone,
      ($2::date + least($3::int, 7))::timestamp AT TIME ZONE m.time_zone) AS f ON f.starts_at = c.at
  WHERE m.agenda_id = ANY ($1::uuid[])
  ORDER BY c.at`;

const minutes = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

// The part of something that lies in a day, in minutes of the day.
const within = (day, from, until) => [
  from.slice(0, 10) < day ? 0 : minutes(from.slice(11)),
  until.slice(0, 10) > day ? 1440 : minutes(until.slice(11)),
];
const touches = (item, day) => item.local_from.slice(0, 10) <= day && item.local_until > `${day}T00:00`;

async function calendar(query, { agendas, from, days }) {
  const about = [agendas, from, days];
  const columns = await query(COLUMNS, about);
  const items = await query(ITEMS, about);
  const openings = await query(OPENINGS, about);
  for (const column of columns) {
    const here = (row) => row.agenda_id === column.agenda_id;
    column.openings = openings.filter((o) => here(o) && o.day === column.day)
      .map((o) => [minutes(o.opens_at), minutes(o.closes_at)]);
    column.items = items.filter((item) => here(item) && touches(item, column.day)).map((item) => ({
      ...item,
      span: within(column.day, item.local_start, item.local_end),
      occupied: within(column.day, item.local_from, item.local_until),
    }));
  }
  // Whole hours, and all that is open or booked in them.
  const shown = columns.flatMap((column) => [
    [column.from_minute, column.until_minute], ...column.openings,
    ...column.items.filter((item) => ['appointment', 'hold'].includes(item.kind)).map((item) => item.span),
  ]);
  const first = Math.floor(Math.min(...shown.map(([start]) => start)) / 60) * 60;
  const last = Math.ceil(Math.max(...shown.map(([, end]) => end)) / 60) * 60;
  const cells = columns.length ? await query(CELLS, [...about, first, last]) : [];
  for (const column of columns) {
    column.cells = cells.filter((cell) => cell.agenda_id === column.agenda_id && cell.day === column.day)
      .map(({ at, local, free }) => ({ at, local, free, minute: minutes(local) }));
  }
  return { columns, first, last };
}

// In one cell; everyPractice() puts the cells together.
async function me(query) {
  const [person] = await query(`
    SELECT practiceacl.current_account() AS account_id, practiceacl.session_needs() AS needs,
           (SELECT name FROM practiceacl.user_directory
            WHERE account_id = practiceacl.current_account() LIMIT 1) AS name`);
  const organizations = await query(`
    SELECT organization_id, name, admin, time_zone, (now() AT TIME ZONE time_zone)::date::text AS today
    FROM practiceacl.my_organizations ORDER BY name`);
  const agendas = await query(`
    SELECT organization_id, agenda_id, name, kind, rights::text AS rights, own, current, time_zone, slot_minutes
    FROM practiceacl.my_agendas WHERE archived_at IS NULL ORDER BY kind <> 'person', name`);
  const types = await query(`
    SELECT agenda_id, type_id, name, color, (extract(epoch FROM duration) / 60)::int AS minutes
    FROM practiceacl.agenda_types ORDER BY name`);
  return { ...person, organizations, agendas, types };
}

const FIND = `
  SELECT f.agenda_id, m.name, m.time_zone, f.starts_at, f.also,
         to_char(f.starts_at AT TIME ZONE m.time_zone, 'YYYY-MM-DD') AS day,
         to_char(f.starts_at AT TIME ZONE m.time_zone, 'HH24:MI') AS local,
         to_char(f.ends_at AT TIME ZONE m.time_zone, 'HH24:MI') AS local_end,
         (SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM practiceacl.my_agendas AS r
          WHERE r.agenda_id = ANY (f.also)) AS rooms
  FROM practiceacl.find_slots(
      coalesce($2::timestamptz, $1::date::timestamp AT TIME ZONE $3),
      coalesce($2::timestamptz, $1::date::timestamp AT TIME ZONE $3) + interval '60 days', $4,
      appointment_type => $5, also => $6, also_any => $7, weekdays => $8,
      day_from => $9, day_until => $10, max_results => 12) AS f
  JOIN practiceacl.my_agendas AS m USING (agenda_id)
  ORDER BY f.starts_at, m.name`;

// Arrays that are empty are no condition.
const some = (list) => (Array.isArray(list) && list.length ? list : null);
const text = (value) => (value === '' ? null : value);

const EXPLAIN = `
  SELECT severity, code, word, message, facts
  FROM practiceacl.explain_slot($1, $2, patient => $3, private => $4, overbook => $5, reason => $6,
      appointment_type => $7, also => $8, also_any => $9)`;

const BOOK = `
  SELECT practiceacl.book($1, $2, patient => $3, private => $4, overbook => $5, reason => $6,
      appointment_type => $7, also => $8, also_any => $9, note => $10, appointment_id => $11) AS id`;

const booking = (b) => [b.agenda_id, b.starts_at, text(b.patient), Boolean(b.private), Boolean(b.overbook),
  text(b.reason), text(b.type_id), some(b.also), some(b.also_any)];

// How long a type takes is the agenda's to say; without one a hold is a slot long.
async function hold(query, { release, agenda_id: agenda, starts_at: at, type_id: type }) {
  if (release) await query('SELECT practiceacl.release_hold($1)', [release]);
  if (!agenda) return {};
  const [row] = await query(`
    SELECT practiceacl.hold_slot($1, $2, (
        SELECT $2::timestamptz + duration FROM practiceacl.agenda_types WHERE agenda_id = $1 AND type_id = $3)) AS id`,
  [agenda, at, text(type)]);
  return row;
}

// A screen that only watches does not keep its session in use: read only.
async function changes(query, { cursor }) {
  const rows = await query('SELECT cursor, change FROM practiceacl.changes_since($1)', [cursor ?? null]);
  return { cursor: rows.at(-1)?.cursor ?? cursor, changes: rows.map((row) => row.change) };
}

const people = async (query) => ({
  people: await query(`
    SELECT organization_id, account_id, name, job_title, holds
    FROM practiceacl.user_directory ORDER BY name`),
  invitations: await query(`
    SELECT name, email, status, expires_at, invited_by_name
    FROM practiceacl.invitation_status ORDER BY created_at DESC`),
});

const invite = async (query, b) => (await query(`
  SELECT token, expires_at FROM practiceacl.invite_user($1, $2, $3, $4, $5, clone_from => $6)`,
[b.organization_id, b.email, b.first_name, b.last_name, text(b.job_title), text(b.clone_from)]))[0];

// Of one calendar, or of all on which the caller may know what the person may do.
const why = (query, { account_id: account, agenda_id: agenda }) => query(`
  SELECT g.agenda_id, g.name, e.source, e.rights::text AS rights, e.in_force, e.granted_by_name, e.act, e.reason, e.why_not,
         e.granted_at, lower(e.valid_during) AS valid_from, upper(e.valid_during) AS valid_until
  FROM (SELECT a.id AS agenda_id, a.name FROM practiceacl.agenda AS a
        WHERE a.id = coalesce($2, a.id)
          AND ($2 IS NOT NULL OR a.id IN (SELECT x.agenda_id FROM practiceacl.access_matrix AS x WHERE x.account_id = $1))) AS g
  CROSS JOIN LATERAL practiceacl.explain_access($1, g.agenda_id) AS e
  ORDER BY g.name, e.source`, [account, text(agenda)]);

// What needs no session, because it opens one.  A refused log-in commits, too, so that
// the attempt is on record.
const open = {
  async log_in(query, { email, password }, client) {
    const [{ session }] = await query('SELECT practiceacl.log_in($1, $2, $3) AS session', [email, password, client]);
    return session ? { session } : { message: 'The address or the password is wrong.' };
  },
  async accept_invitation(query, { token, password }, client) {
    const [{ session }] = await query(
      'SELECT session FROM practiceacl.accept_invitation($1, $2, client => $3)', [token, password, client]);
    return session ? { session } : { message: 'The password is wrong.' };
  },
};

// A practice is in one cell, but moves: where two have it, the first does, which followed
// it.  Between two cells it is in neither for a moment.
async function everyPractice(person, { organization_id: organization }) {
  for (let attempt = 1; ; attempt += 1) {
    const answers = await database.everywhere(person, organization, me);
    const said = answers.filter((answer) => answer.said).map(({ cell, said: one }) => ({ ...one, cell }));
    const error = answers.find((answer) => answer.error)?.error;
    const all = (name, key) => [...new Map(said.flatMap((one) => one[name]).reverse().map((row) => [key(row), row])).values()].reverse();
    const needs = said.find((one) => one.needs);
    const together = {
      ...said[0],
      name: said.find((one) => one.name)?.name,
      needs: needs?.needs,
      needs_in: needs?.cell,
      organizations: all('organizations', (o) => o.organization_id).sort((a, b) => a.name.localeCompare(b.name)),
      agendas: all('agendas', (a) => a.agenda_id),
      types: all('types', (t) => `${t.agenda_id} ${t.type_id}`),
      incomplete: Boolean(error),
    };
    if (error && !together.needs && !together.organizations.length) throw error;
    if (together.organizations.length || together.needs || answers.length === 1 || attempt === 5) return together;
    await sleep(500);
  }
}

// In the practice's cell; in that of the session.
const writing = (work) => (person, b) => database.as(person, b.organization_id, (query) => work(query, b));
const watching = (work) => (person, b) => database.as(person, b.organization_id, (query) => work(query, b), 'BEGIN READ ONLY');
const ofSession = (work) => (person, b) => database.at(person, b.cell, (query) => work(query, b));

const asked = {
  me: everyPractice,
  calendar: writing(calendar),
  changes: watching(changes),
  find: writing((query, b) => query(FIND, [b.from, b.after ?? null, b.time_zone, some(b.agendas), text(b.type_id),
    some(b.also), some(b.also_any), some(b.weekdays), text(b.day_from), text(b.day_until)])),
  explain: watching((query, b) => query(EXPLAIN, booking(b))),
  hold: writing(hold),
  book: writing(async (query, b) => (await query(BOOK, [...booking(b), text(b.note), b.appointment_id]))[0]),
  move: writing((query, b) => query(
    'SELECT practiceacl.move_appointment($1, $2, agenda_id => $3, expected_version => $4)',
    [b.id, b.starts_at, b.agenda_id, b.version ?? null])),
  status: writing((query, b) => query('SELECT practiceacl.set_status($1, $2, $3)', [b.id, b.status, text(b.reason)])),
  choose: writing((query, b) => query('SELECT practiceacl.choose_agenda($1)', [b.agenda_id])),
  people: writing(people),
  invite: writing(invite),
  why: writing(why),
  change_password: ofSession((query, b) => query('SELECT practiceacl.change_password($1, $2)', [b.old_password, b.password])),
  second_factor: ofSession((query, b) => query('SELECT practiceacl.second_factor($1)', [b.code])),
  async log_out(person) {
    await database.at(person, person.home, (query) => query('SELECT practiceacl.log_out()'));
    await database.forget(person);
  },
};

module.exports = { open, asked };
