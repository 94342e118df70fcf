// What others do: changes_since() is asked every two seconds, which is right behind any
// pooler, and costs what has changed.  A hold also lapses by the clock, which nobody tells.

import { ask } from './api.js';
import { byId, el } from './dom.js';

const EVERY = 2000;
const STALE = { 0: 'the front desk cannot be reached.', 503: 'the database cannot be reached.' };
let timer = null;
let cursor = null;
let tell = () => {};
let lapse = null;

// The cursor of now, before anything is read: nothing falls between the two.  There is none
// yet if the practice that was shown the last time is not this person's, or if their
// session lacks a step: a password to choose, a second factor.
export async function begin() {
  try {
    cursor ??= (await ask('changes')).cursor;
  } catch (error) {
    if (error.status !== 404 && !/^PA03/.test(error.code)) throw error;
  }
}

export const beginAgain = () => { cursor = null; };

// A cursor is of one database: in another one, or of before a restore, we begin again.
const changes = () => ask('changes', { cursor }).catch((error) => {
  if (!/^cursor_/.test(error.word)) throw error;
  cursor = null;
  return ask('changes');
});

async function look() {
  timer = null;
  try {
    const answer = await changes();
    const restarted = cursor === null;
    cursor = answer.cursor;
    if (restarted || answer.changes.length) await tell?.(restarted ? ['reload'] : answer.changes);
    byId('stale')?.remove();
  } catch (error) {
    if (error.status === 401) return;
    if (error.status === 404) await tell?.(['reload']); // the practice is no longer theirs
    if (!byId('stale')) byId('alert').after(el('p', { id: 'stale', role: 'alert' }));
    byId('stale').textContent = `Not up to date: ${STALE[error.status] ?? error.message.replace(/\.?$/, '.')} What is shown may have changed since.`;
  }
  if (tell) timer ??= setTimeout(look, document.hidden ? EVERY * 5 : EVERY);
}

export function follow(work) {
  tell = work;
  if (timer === null) timer = setTimeout(look, EVERY);
}

export function stopFollowing() {
  clearTimeout(timer);
  timer = null;
  cursor = null;
  tell = null;
}

// Calls work when the first of the holds on the screen lapses.
export function whenLapsed(instants, work) {
  clearTimeout(lapse);
  if (!instants.length) return;
  const first = Math.min(...instants.map((instant) => new Date(instant).getTime()));
  lapse = setTimeout(work, Math.max(first - Date.now(), 0) + 500);
}
