'use strict';
// What every answer has, and what every request must have: headers, cookie, body, errors.

const MOST_BYTES = 16 * 1024;
const COOKIE = 'front_desk';

// Nothing is loaded but our own files, nothing runs that stands in the page itself,
// nobody frames us, nothing is kept in a cache.
const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

// An error of ours, with what the page is told.
class Refused extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

// Only our own page asks: another site's form has no such header and another
// Origin, and its script would need our leave to send them.
function checkCaller(request, origin) {
  if (request.headers['x-front-desk'] !== '1' || request.headers.origin !== origin) {
    throw new Refused(403, 'This request does not come from the front desk.');
  }
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Refused(413, 'That is too long.');
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new SyntaxError();
    return body;
  } catch {
    throw new Refused(400, 'The request is no JSON object.');
  }
}

const readCookie = (request) => (request.headers.cookie || '').split(/;\s*/)
  .map((pair) => pair.split('=')).find(([name]) => name === COOKIE)?.[1];

// token null takes the cookie away.
function cookie(token, origin) {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  const end = token === null ? '; Max-Age=0' : '';
  return `${COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`;
}

function answer(response, status, value, headers = {}) {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(value));
}

const STATUS = { 28000: 401, 42501: 403, PT404: 404, PA040: 429 };

// There is no cell in which the practice is open to the person.
function describeNowhere({ code, nobodys, moving }) {
  if (nobodys) return [404, { code, message: 'This practice is not open to you any more.' }];
  if (moving) return [503, { code, message: 'Your practice is just being moved. Nothing was changed; try again shortly.' }];
  return [503, { code, message: 'Your practice is where this front desk cannot reach it. Nothing was changed; tell whoever runs it.' }];
}

// A refusal of practiceacl's has a word, and message and hint are for people: they are
// handed on as they are.  Of anything else the page learns only what it can do about it.
function describe(error) {
  if (error instanceof Refused) return [error.status, { message: error.message }];
  if (error.code === 'nowhere') return describeNowhere(error);
  const { code, constraint, column, table, message, detail, hint } = error;
  if (error.severity && constraint) {
    const status = STATUS[code] || (/^(23|40|55|PA)/.test(code) ? 409 : 422);
    return [status, { code, word: constraint, column, table, message, detail, hint }];
  }
  if (error.severity && /^22/.test(code)) return [400, { code, message: 'The request is not well formed.' }];
  if (error.severity && /^(42501|25006)$/.test(code)) return [403, { code, message }];
  if (error.unsure) {
    return [503, { message: 'The database broke off before it answered. Look whether it is done, and if not try again: nothing is booked twice.' }];
  }
  if (!error.severity || /^(08|53|57)/.test(code)) {
    return [503, { code, message: 'The database cannot be reached at the moment. Nothing was changed; try again shortly.' }];
  }
  return [500, { code, message: 'Something is wrong with the front desk itself.' }];
}

module.exports = { HEADERS, Refused, checkCaller, readBody, readCookie, cookie, answer, describe };
