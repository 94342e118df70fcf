// The page: who is logged in, which view is shown, and that it stays up to date.

import { ask, practice, whenLoggedOut } from './api.js';
import { button, byId, el, select, warn } from './dom.js';
import { logInView, invitationView, needsView } from './entrance.js';
import { calendarView, drawCalendar } from './calendar.js';
import { findView } from './find.js';
import { peopleView, whyView } from './people.js';
import { begin, follow, stopFollowing } from './live.js';

// me: who they are, their practices, and what they may open in the one that is shown;
// shown: the calendars of the day view.
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
    me?.practices.length > 1 ? choosePractice(me) : el('strong', { class: 'practice' }, me?.practices[0]?.name ?? 'Front desk'),
    me && el('nav', { 'aria-label': 'Views' }, Object.entries(VIEWS).map(([name, label]) => el('a', {
      href: `#/${name}${['day', 'week'].includes(name) && route().rest[0] && ['day', 'week'].includes(view) ? `/${route().rest[0]}` : ''}`,
      'aria-current': name === view && 'page',
    }, label))),
    me && el('span', { class: 'who' }, me.name ?? ''),
    me && button('Log out', logOut, { class: 'quiet' }),
  ].filter(Boolean));
}

const choosePractice = ({ practices, organizations }) => select({
  class: 'practice', 'aria-label': 'Practice', onchange: async (event) => {
    practice.id = event.target.value;
    state.shown = null;
    await enter().then(render, warn);
  },
}, practices.map((o) => [o.organization_id, o.name]), organizations[0].organization_id);

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
  const me = await ask('me');
  const before = me.organizations.find((o) => o.organization_id === practice.id);
  if (state.me?.organizations.length && me.incomplete && !before) return; // it cannot be asked at the moment
  const chosen = before ?? me.organizations[0];
  if (!before) state.shown = null;
  practice.id = chosen?.organization_id;
  state.me = {
    ...me,
    practices: me.organizations,
    organizations: chosen ? [chosen] : [],
    agendas: me.agendas.filter((agenda) => agenda.organization_id === chosen?.organization_id),
  };
  const people = state.me.agendas.filter((agenda) => agenda.kind === 'person');
  state.shown ??= new Set((people.length ? people : state.me.agendas).slice(0, 5).map((agenda) => agenda.agenda_id));
}

// What others did: the calendar is drawn again, and read again who may do what.  A dialog
// that is open stays, with all that was typed.
async function onChange(changes) {
  const shown = practice.id;
  if (changes.includes('reload') || changes.includes('agenda')) await enter();
  if (changes.includes('reload')) document.dispatchEvent(new Event('reload'));
  if (practice.id !== shown || state.me.needs) await render();
  else if (['day', 'week'].includes(route().view)) await drawCalendar();
}

export async function render() {
  const { view, rest } = route();
  warn(null);
  try {
    if (view === 'invitation') { drawTop(view); invitationView(rest[0]); return; }
    if (!state.me) { drawTop(null); document.title = 'Log in – Front desk'; logInView(); return; }
    drawTop(view);
    document.title = `${VIEWS[view]} – Front desk`;
    if (state.me.needs) { needsView(state.me); return; }
    if (!practice.id) byId('main').replaceChildren(el('p', { class: 'card' }, 'There is no practice that is open to you.'));
    else if (view === 'day' || view === 'week') await calendarView(view, rest[0] ?? today());
    else if (view === 'find') findView();
    else if (view === 'people') await peopleView();
    else if (view === 'why') await whyView();
    if (state.me.incomplete) warn({ message: 'A part of the service cannot be reached: a practice of yours may be missing here' });
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
