// What others do: changes_since() is asked every two seconds, which is right behind any
// pooler, and costs what has changed.  A hold also lapses by the clock, which nobody tells.

import { ask } from './api.js';
import { byId, el } from './dom.js';

const EVERY = 2000;
let timer = null;
let cursor = null;
let tell = () => {};
let lapse = null;

// The cursor of now, before anything is read: nothing falls between the two.
export async function begin() {
  cursor ??= (await ask('changes')).cursor;
}

async function look() {
  timer = null;
  try {
    const restarted = cursor === null;
    const answer = await ask('changes', { cursor });
    cursor = answer.cursor;
    byId('stale')?.remove();
    if (answer.changes.length) await tell?.(restarted ? ['reload'] : answer.changes);
  } catch (error) {
    if (error.status === 401) return;
    if (/^cursor_/.test(error.word)) cursor = null; // of another database, or of before a restore: begin again
    if (!byId('stale')) {
      byId('alert').after(el('p', { id: 'stale', role: 'alert' },
        'Not up to date: the database cannot be reached. What is shown may have changed since.'));
    }
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
