'use strict';
// Who asks, and their transactions: each entered with their session, in the cell where
// their practice is (cells.js).  PgBouncer in transaction mode may be between.
//
// A password is of one cell, and never travels: where somebody logs in with theirs is
// their home, and the cookie holds that session alone.  For the other cells the front
// desk is the identity provider: it opens sessions there, and asks the home once a
// minute whether the person still is logged in, which keeps that session in use.

const cells = require('./cells.js');

const MINUTE = 60000;
const MOST_PEOPLE = 10000;
const people = new Map(); // the token of the cookie: person
const homes = new Map(); // address: the cell where its password was right

const cellNames = () => [...cells.pools.keys()];
const several = () => cells.pools.size > 1;
const isUnreachable = (error) => !error.severity || /^(08|53|57)/.test(error.code);

function remember(map, key, value) {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_PEOPLE) map.delete(map.keys().next().value);
  return value;
}

// cookie: CELL.TOKEN, or a token of the only cell.
function personOf(cookie) {
  const [, home = cellNames()[0], token] = cookie.match(/^(?:([\w-]+)\.)?([\w-]+)$/) ?? [];
  if (!token || !cells.pools.has(home)) return null;
  const person = people.get(cookie) ?? {
    cookie, home, tokens: new Map([[home, token]]), confirmed: {},
    identify() { return confirm(this, 'BEGIN READ ONLY'); },
  };
  // Requests at the same time are of one person, or a session would be left over.
  return several() ? remember(people, cookie, person) : person;
}

// What their home says of them; when it says no, what is open elsewhere ends, too.
async function confirm(person, begin) {
  try {
    [person.known] = await inCell(person, null, (query) => query(`
      SELECT practiceacl.current_account() AS account,
             (SELECT second_factor FROM practiceacl.my_sessions WHERE current) AS "secondFactor"`), begin);
    person.confirmed[begin] = Date.now();
  } catch (error) {
    if (!isUnreachable(error) || !person.known) {
      await forget(person);
      throw error;
    }
    person.confirmed[begin] = Date.now(); // they go on in the other cells
  }
  return person.known;
}

async function forget(person) {
  people.delete(person.cookie);
  const elsewhere = [...person.tokens.keys()].filter((cell) => cell !== person.home);
  await Promise.allSettled(elsewhere.map((cell) => inCell({ home: cell, tokens: person.tokens }, null,
    (query) => query('SELECT practiceacl.log_out()'))));
}

// work(query), where query(sql, values) gives the rows.
const inCell = (person, organization, work, ...more) => cells.inCell(person, organization,
  (client) => work(async (sql, values) => (await client.query(sql, values)).rows), ...more);

// Somebody else was faster: the whole transaction once more.  appointment_changed
// is for the person, who has to look at the appointment again.
const isToRepeat = (error) => error.code === '40P01'
  || (error.code === '40001' && error.constraint !== 'appointment_changed');

// Where the practice is.
async function as(person, organization, work, begin = 'BEGIN') {
  const practice = several() ? organization : null; // where there is one cell, nobody asks
  if (several() && !(Date.now() - person.confirmed[begin] < MINUTE)) await confirm(person, begin);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inCell(person, practice, work, begin);
    } catch (error) {
      if (!isToRepeat(error) || attempt === 3) throw error;
    }
  }
}

// In a certain cell, if there is one of this name, else at home.
const at = (person, cell, work) => inCell(person, null, work, 'BEGIN', cells.pools.has(cell) ? cell : person.home);

// What each cell says that knows the person, { cell, said }, or { cell, error } of one that
// cannot be asked.  A practice that is known already is followed, should it be moving.
async function everywhere(person, organization, work) {
  if (!several()) return [{ cell: person.home, said: await as(person, null, work) }];
  const answers = [];
  const ask = async (cell, asking) => {
    const answer = await asking.then((said) => ({ said }), (error) => ({ error }));
    if (answer.error && isUnknown(answer.error)) return;
    if (answer.error && !isUnreachable(answer.error)) throw answer.error;
    answers.push({ cell: cell ?? cells.where.get(organization), ...answer });
  };
  await ask(organization ? null : person.home, as(person, organization, work));
  await Promise.all(cellNames().filter((cell) => cell !== answers[0]?.cell)
    .map((cell) => ask(cell, at(person, cell, work))));
  return answers;
}

// The cell does not know the person, or none has the practice open to them.
const isUnknown = (error) => error.nobodys || (error.code === 'PT404' && error.table === 'account');

// What opens a session, { session } where the cell admits it: the cell that did the last
// time first, then the others.  Without one, what says most of why.
async function opening(likely, work) {
  const order = [...new Set([homes.get(likely), ...cellNames()])].filter((cell) => cells.pools.has(cell));
  const said = [];
  for (const cell of order) {
    const query = async (sql, values) => (await cells.pools.get(cell).query(sql, values)).rows;
    const answer = await work(query).catch((error) => ({ error }));
    if (answer.session) {
      remember(homes, likely, cell);
      return { ...answer, session: `${cell}.${answer.session}` };
    }
    said.push(answer);
  }
  const failed = (test) => said.find(({ error }) => error && test(error));
  const most = failed(isUnreachable) ?? failed((error) => error.code !== '28000') ?? said[0];
  if (most.error) throw most.error;
  return most;
}

module.exports = { personOf, as, at, everywhere, opening, forget, end: cells.end };
