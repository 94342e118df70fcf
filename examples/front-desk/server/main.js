'use strict';
// The front desk's back end: files for the page, and POST /api/NAME for what
// requests.js knows.  It decides nothing: see README.md.
//
//   DATABASE_URL   how to connect, through PgBouncer for one; for several cells
//                  CELLS and LOG_INS, see cells.js
//   PORT           where to listen, on this machine alone (8015)
//   ORIGIN         how browsers call it (http://127.0.0.1:PORT), https://... behind a proxy

const { createServer } = require('node:http');
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');
const database = require('./database.js');
const http = require('./http.js');
const { open, asked } = require('./requests.js');

const port = Number(process.env.PORT || 8015);
const origin = process.env.ORIGIN || `http://127.0.0.1:${port}`;

// All that is served, by its path: a path that is not among them is nothing.
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const page = path.join(__dirname, '../page');
const files = new Map(readdirSync(page).map((name) => [
  name === 'index.html' ? '/' : `/${name}`,
  { type: `${TYPES[path.extname(name)]}; charset=utf-8`, content: readFileSync(path.join(page, name)) },
]));

function serveFile(request, response) {
  const file = files.get(request.url);
  if (!file) throw new http.Refused(404, 'There is no such page.');
  response.writeHead(200, { ...http.HEADERS, 'Content-Type': file.type });
  response.end(request.method === 'HEAD' ? undefined : file.content);
}

async function serveRequest(name, request, response) {
  http.checkCaller(request, origin);
  const body = await http.readBody(request);
  const cookie = http.readCookie(request);
  const setCookie = (value) => response.setHeader('Set-Cookie', http.cookie(value, origin));
  if (Object.hasOwn(open, name)) {
    const client = request.socket.remoteAddress;
    const { session, ...rest } = await database.opening(body.email ?? body.token, (query) => open[name](query, body, client));
    if (session) setCookie(session);
    http.answer(response, session ? 200 : 401, rest);
  } else if (Object.hasOwn(asked, name)) {
    const person = cookie && database.personOf(cookie);
    if (!person) throw new http.Refused(401, 'Please log in.');
    const result = await asked[name](person, body);
    if (name === 'log_out') setCookie(null);
    http.answer(response, 200, result ?? {});
  } else {
    throw new http.Refused(404, 'There is no such request.');
  }
}

// Who asked for what is in the database's record; the log has no name, no patient, no token.
const server = createServer(async (request, response) => {
  const begun = Date.now();
  const [, name] = request.url.match(/^\/api\/(\w+)$/) || [];
  try {
    if (name && request.method === 'POST') await serveRequest(name, request, response);
    else if (!name && ['GET', 'HEAD'].includes(request.method)) serveFile(request, response);
    else throw new http.Refused(405, 'Not in this way.');
  } catch (error) {
    const [status, said] = http.describe(error);
    if (status >= 500) console.error(`${name}: ${error.code || error.constructor.name}${error.severity ? '' : ` ${error.message}`}`);
    http.answer(response, status, said, status === 413 ? { Connection: 'close' } : {});
  }
  if (name !== 'changes' || response.statusCode !== 200) console.log(`${request.method} ${name || 'file'} ${response.statusCode} ${Date.now() - begun} ms`);
});
server.requestTimeout = 10000;
server.listen(port, '127.0.0.1', () => console.log(`front desk on ${origin}, process ${process.pid}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close(() => database.end());
    server.closeAllConnections();
  });
}
