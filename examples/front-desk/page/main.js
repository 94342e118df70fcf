// The page: who is logged in, which view is shown, and that it stays up to date.

import { ask, whenLoggedOut } from './api.js';
import { button, byId, el, warn } from './dom.js';
import { logInView, invitationView, needsView } from './entrance.js';
import { calendarView, drawCalendar } from './calendar.js';
import { findView } from './find.js';
import { peopleView, whyView } from './people.js';
import { begin, follow, stopFollowing } from './live.js';

// me: who they are and what they may open; shown: the calendars of the day view.
export const state = { me: null, shown: null };

const VIEWS = { day: 'Day', week: 'Week', find: 'Find a time', people: 'People', why: 'My rights' };

export const today = () => state.me.organizations[0]?.today ?? new Date().toISOString().slice(0, 10);
export const agendaOf = (id) => state.me.agendas.find((agenda) => agenda.agenda_id === id);

export function go(view, ...rest) {
  const hash = `#/${[view, ...rest].join('/')}`;
  if (location.hash === hash) render(); else location.hash = hash;
}

const route = () => {
  const [view, ...rest] = location.hash.replace(/^#\//, '').split('/');
  return VIEWS[view] || view === 'invitation' ? { view, rest } : { view: 'day', rest: [] };
};

function drawTop(view) {
  const { me } = state;
  byId('top').replaceChildren(...[
    el('strong', { class: 'practice' }, me?.organizations.map((o) => o.name).join(', ') || 'Front desk'),
    me && el('nav', { 'aria-label': 'Views' }, Object.entries(VIEWS).map(([name, label]) => el('a', {
      href: `#/${name}${['day', 'week'].includes(name) && route().rest[0] && ['day', 'week'].includes(view) ? `/${route().rest[0]}` : ''}`,
      'aria-current': name === view && 'page',
    }, label))),
    me && el('span', { class: 'who' }, me.name ?? ''),
    me && button('Log out', logOut, { class: 'quiet' }),
  ].filter(Boolean));
}

async function logOut() {
  await ask('log_out').catch(() => {});
  leave();
}

// error: why the session has ended, if it was not the person's own doing.
function leave(error) {
  state.me = null;
  state.shown = null;
  stopFollowing();
  document.querySelectorAll('dialog').forEach((box) => box.close());
  render();
  if (error?.code) warn(error);
}

export async function enter() {
  await begin();
  state.me = await ask('me');
  const people = state.me.agendas.filter((agenda) => agenda.kind === 'person');
  state.shown ??= new Set((people.length ? people : state.me.agendas).slice(0, 5).map((agenda) => agenda.agenda_id));
}

// What others did: the calendar is drawn again, and read again who may do what.
async function onChange(changes) {
  if (changes.includes('reload') || changes.includes('agenda')) await enter();
  if (['day', 'week'].includes(route().view)) await drawCalendar();
}

export async function render() {
  const { view, rest } = route();
  warn(null);
  try {
    if (view === 'invitation') { drawTop(view); invitationView(rest[0]); return; }
    if (!state.me) { drawTop(null); document.title = 'Log in – Front desk'; logInView(); return; }
    drawTop(view);
    document.title = `${VIEWS[view]} – Front desk`;
    if (state.me.needs) { needsView(state.me.needs); return; }
    if (view === 'day' || view === 'week') await calendarView(view, rest[0] ?? today());
    if (view === 'find') findView();
    if (view === 'people') await peopleView();
    if (view === 'why') await whyView();
    follow(onChange);
  } catch (error) {
    if (state.me) warn(error);
  }
}

whenLoggedOut(leave);
window.addEventListener('hashchange', render);
const failure = await enter().then(() => null, (error) => error);
await render();
if (failure && failure.status !== 401) warn(failure);
