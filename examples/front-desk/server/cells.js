'use strict';
// A pool for each cell, and each transaction in the cell where its organization is.
//
//   CELLS     a=postgresql://web@pooler/cell_a b=postgresql://web@pooler/cell_b
//   LOG_INS   the same cells, for the authenticator, who opens sessions there
//
// A person is { identify, tokens: new Map() }, kept as long as they are logged in with
// you: identify() gives { account, secondFactor } as your identity provider has them.

const { Pool } = require('pg');

function poolOf(connectionString) {
  const pool = new Pool({ connectionString, max: 10, connectionTimeoutMillis: 5000, query_timeout: 15000 });
  // Connections break while nobody uses them, and between two queries of somebody:
  // without a listener that ends the program.
  const broke = (error) => console.error(`a connection broke: ${error.code || error.message}`);
  pool.on('error', broke);
  pool.on('connect', (client) => client.on('error', broke));
  return pool;
}

const poolsOf = (text) => new Map(text.trim().split(/\s+/).map((entry) => {
  const [, cell, connectionString] = entry.match(/^([\w-]+)=(.*)$/);
  return [cell, poolOf(connectionString)];
}));
const pools = poolsOf(process.env.CELLS || `main=${process.env.DATABASE_URL}`);
const logIns = process.env.LOG_INS ? poolsOf(process.env.LOG_INS) : new Map();

const where = new Map(); // organization: cell, as far as we know
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The person's session in a cell, which is opened when it is first needed.
function tokenAt(cell, person) {
  if (!person.tokens.has(cell)) {
    const opened = person.identify().then(({ account, secondFactor }) => logIns.get(cell).query(
      "SELECT practiceacl.open_session($1, '12 hours', 'web', $2) AS token", [account, Boolean(secondFactor)]))
      .then(({ rows }) => rows[0].token);
    person.tokens.set(cell, opened); // who asks meanwhile gets the same
    opened.catch(() => person.tokens.delete(cell));
  }
  return person.tokens.get(cell);
}

// One transaction in one cell: { result }; or { next }, the cell to ask instead, null if
// this one knows of none.
async function attempt(cell, person, organization, work, begin) {
  const token = await tokenAt(cell, person);
  const client = await pools.get(cell).connect();
  let broken;
  let step = 'enter';
  try {
    await client.query(begin);
    await client.query('SELECT practiceacl.enter($1)', [token]);
    step = 'work';
    const ask = async () => (await client.query(
      'SELECT practiceacl.is_member($1) AS here, practiceacl.organization_cell($1) AS next', [organization])).rows[0];
    let place = organization ? await ask() : { here: true };
    let result;
    if (place.here) {
      result = await work(client);
      if (organization) place = await ask(); // it may have left while we read
    }
    step = 'commit';
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('work() swallowed an error: nothing is done');
    return place.here ? { result } : { next: place.next === cell ? null : place.next };
  } catch (error) {
    await client.query('ROLLBACK').catch((e) => { broken = e; });
    if (error.code === '28000' && step === 'enter' && cell !== person.home) {
      person.tokens.delete(cell); // the session here has ended: a new one, if they are still logged in
      return { next: cell };
    }
    if (error.code === 'PA050') return { next: /"(.+)"/.exec(error.detail)?.[1] ?? null };
    error.unsure = step === 'commit' && !error.severity; // nobody knows whether it is done
    throw error;
  } finally {
    client.release(broken);
  }
}

// Runs work(client) where the organization is, on behalf of the person.
async function inCell(person, organization, work, begin = 'BEGIN',
  start = where.get(organization) ?? person.home ?? pools.keys().next().value) {
  let cell = start;
  let sentBy = null;
  for (const until = Date.now() + 10000; ;) {
    const { result, next } = await attempt(cell, person, organization, work, begin);
    if (next === undefined) {
      if (organization) where.set(organization, cell);
      return result;
    }
    // While it changes hands the one sends to the other, and the other back, or knows
    // nothing.  What a message names is looked up in our own configuration.
    const to = next ?? sentBy;
    if (!pools.has(to) || Date.now() > until) {
      throw Object.assign(new Error(`the organization is in none of our cells: ${to}`),
        { code: 'nowhere', nobodys: to === null, moving: pools.has(to) });
    }
    if (sentBy !== null || to === cell) await sleep(50);
    if (to !== cell) sentBy = cell;
    cell = to;
  }
}

module.exports = {
  pools, where, inCell, end: () => Promise.all([...pools.values(), ...logIns.values()].map((pool) => pool.end())),
};
