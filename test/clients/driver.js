'use strict';
// The half of a client program that is the same for every library of Node: it
// reads requests, a line each, has the library carry them out, and answers.
// How lines are written is told in test/clients/run.

const readline = require('node:readline');

const escapes = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escape = (text) => text.replace(/[\\\t\n\r]/g, (c) => escapes[c]);
const unescape = (text) => (text === '\\N' ? null
  : text.replace(/\\(.)/g, (_, c) => ({ t: '\t', n: '\n', r: '\r' })[c] || c));

// A value as the library made it, with a letter for its type.
function shown(value) {
  if (value === null || value === undefined) return '\\N';
  if (value instanceof Date) return `t:${value.toISOString().replace('.000Z', 'Z')}`;
  if (Array.isArray(value)) return `a:${value.join(',')}`;
  if (typeof value === 'boolean') return `b:${value}`;
  if (typeof value === 'number') return `n:${value}`;
  if (typeof value === 'object') return `j:${escape(JSON.stringify(value))}`;
  return `s:${escape(String(value))}`;
}

function given(type, text) {
  if (text === null) return null;
  if (type === 'timestamptz') return new Date(text);
  if (type === 'bool') return text === 'true';
  if (type === 'int') return Number(text);
  if (type === 'json') return JSON.parse(text);
  return text;
}

const print = (...fields) => process.stdout.write(`${fields.join('\t')}\n`);
const printRows = (rows) => {
  for (const row of rows) print('row', ...Object.values(row).map(shown));
  print('done');
};

// What a library wraps, the server's own error is inside.
function printError(error) {
  let e = error;
  while (e && !(typeof e.code === 'string' && e.code.length === 5 && e.severity)) {
    e = e.cause || e.original || e.parent || e.driverError;
  }
  if (!e) { print('broken', escape(String(error && error.stack))); return; }
  print('error', e.code, ...[
    e.constraint || e.constraint_name, e.column || e.column_name, e.table || e.table_name,
  ].map((field) => (field ? escape(field) : '\\N')));
}

// Many transactions at once over a pool that is smaller than they are; each
// must be who it is and see what that one sees.
async function soak(library, total, people) {
  let next = 0;
  let strays = 0;
  async function worker() {
    while (next < total) {
      const person = people[next++ % people.length];
      const sql = 'SELECT practiceacl.current_account() AS me, (SELECT count(*)::int FROM practiceacl.my_agendas) AS agendas';
      const rows = person.token
        ? await library.as(person.token, (tx) => library.run(tx, sql, []))
        : await library.outside(sql, []);
      const [me, agendas] = Object.values(rows[0]);
      if (me !== person.account || agendas !== person.agendas) strays++;
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker));
  return strays;
}

// library: as(token, work(tx)), run(tx, sql, values) and outside(sql, values)
// return rows as objects in the order of their columns; more are requests that only
// this library answers; week(token, from,
// until), book(token, agenda, startsAt, patient), bookable(token) and
// logIn(email, password, address) are the recipes of the manual.
module.exports = async function serve(library) {
  const recipes = {
    ...library.more,
    log_in: async ([email, password, address]) => [[await library.logIn(email, password, address)]],
    week: ([token, from]) => library.week(token, new Date(from)),
    book: async ([token, agenda, at, patient]) => [[await library.book(token, agenda, new Date(at), patient)]],
    bookable: ([token]) => library.bookable(token),
    // Books, then has an error and goes on as if nothing had been: whether
    // the library says that it is done.
    swallow: async ([token, agenda, at]) => {
      const text = 'SELECT practiceacl.book($1, $2) AS id';
      const done = library.as(token, async (tx) => {
        await library.run(tx, text, [agenda, new Date(at)]);
        await library.run(tx, text, [null, new Date(at)]).catch(() => {});
      });
      return [[await done.then(() => true, () => false)]];
    },
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [what, ...fields] = line.split('\t').map(unescape);
    try {
      if (what === 'query') {
        const [token, sql, ...rest] = fields;
        const values = [];
        for (let i = 0; i < rest.length; i += 2) values.push(given(rest[i], rest[i + 1]));
        printRows(token === null ? await library.outside(sql, values)
          : await library.as(token, (tx) => library.run(tx, sql, values)));
      } else if (what === 'soak') {
        const people = [];
        for (let i = 1; i < fields.length; i += 3) {
          people.push({ token: fields[i], account: fields[i + 1], agendas: Number(fields[i + 2]) });
        }
        printRows([[await soak(library, Number(fields[0]), people)]]);
      } else {
        printRows(await recipes[what](fields));
      }
    } catch (error) {
      printError(error);
    }
  }
  process.exit(0);
};
