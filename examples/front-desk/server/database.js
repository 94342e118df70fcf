'use strict';
// The way to the database: a request is one transaction, which is entered with
// the session of whoever asks.  PgBouncer in transaction mode may be between.

const { Pool } = require('pg');

// The server's statement_timeout ends what takes too long; query_timeout is for
// a server that does not answer at all, and the connection is closed then.
const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  connectionTimeoutMillis: 5000,
  query_timeout: 15000,
});
// Both break while nobody uses them and while somebody does; the query, if any, fails as well.
const broke = (error) => console.error(`a connection broke: ${error.code || error.message}`);
pool.on('error', broke);
pool.on('connect', (client) => client.on('error', broke));

// Runs work(query) in a transaction, where query(sql, values) gives the rows.
async function transaction(begin, token, work) {
  const client = await pool.connect();
  let broken;
  try {
    await client.query(begin);
    if (token !== undefined) await client.query('SELECT practiceacl.enter($1)', [token]);
    const result = await work(async (sql, values) => (await client.query(sql, values)).rows);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('an error was swallowed: nothing is done');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((e) => { broken = e; });
    throw error;
  } finally {
    client.release(broken);
  }
}

// Somebody else was faster: the whole transaction once more.  appointment_changed
// is for the person, who has to look at the appointment again.
const isToRepeat = (error) => error.code === '40P01'
  || (error.code === '40001' && error.constraint !== 'appointment_changed');

async function as(token, work, begin = 'BEGIN') {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(begin, token, work);
    } catch (error) {
      if (!isToRepeat(error) || attempt === 3) throw error;
    }
  }
}

// Without a session: for what opens one.
const anonymously = (work) => transaction('BEGIN', undefined, work);

module.exports = { as, anonymously, end: () => pool.end() };
