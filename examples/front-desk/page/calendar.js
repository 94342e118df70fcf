// The grid: a column for each doctor of a day, or for each day of a doctor's week.
// What stands where comes from the database, in minutes of the practice's day; each place
// that can be chosen carries the instant that it means.

import { ask } from './api.js';
import { button, byId, checkbox, el, say, select, warn } from './dom.js';
import { addDays, clock, longDay, monday, shortDay } from './time.js';
import { agendaOf, go, state, today } from './main.js';
import { openBooking } from './booking.js';
import { openVisit } from './visit.js';
import { startDrag, whenReleased } from './drag.js';
import { beginAgain, whenLapsed } from './live.js';

const STATES = {
  booked: 'booked', arrived: 'arrived', done: 'done', no_show: 'no-show', busy: 'busy', held: 'held',
};

const now = { view: 'day', day: null, agenda: null, focus: null, moving: null, failed: false };
let drawn = 0;

export async function calendarView(view, day) {
  Object.assign(now, { view, day });
  const current = state.me.agendas.find((agenda) => agenda.current) ?? state.me.agendas.find((agenda) => agenda.own);
  now.agenda ??= (current ?? state.me.agendas[0])?.agenda_id;
  const move = (days) => go(view, addDays(day, days));
  const step = view === 'day' ? 1 : 7;
  byId('main').replaceChildren(
    el('div', { class: 'bar' },
      el('h1', {}, view === 'day' ? longDay(day) : `Week of ${longDay(monday(day))}`),
      el('div', { class: 'group', role: 'group', 'aria-label': 'Date' },
        button('‹', () => move(-step), { 'aria-label': `Previous ${view}` }),
        button('Today', () => go(view, today())),
        button('›', () => move(step), { 'aria-label': `Next ${view}` }),
        el('input', {
          type: 'date', value: day, 'aria-label': 'Go to the day', onchange: (event) => event.target.value && go(view, event.target.value),
        })),
      view === 'day' ? chooseSeveral() : chooseOne()),
    el('p', { id: 'moving', class: 'moving', hidden: true }),
    el('div', { id: 'grid', onkeydown: onKey, onpointerdown: (event) => startDrag(event, put) }),
    el('p', { class: 'hint' }, 'Arrow keys go through the times, Enter books or opens, M takes an appointment to move it, '
      + 'Escape leaves it. Striped times are outside of the opening hours.'));
  await drawCalendar();
}

const chooseSeveral = () => el('fieldset', { class: 'calendars' }, el('legend', {}, 'Calendars'),
  state.me.agendas.map((agenda) => checkbox(agenda.name, {
    checked: state.shown.has(agenda.agenda_id),
    onchange: (event) => {
      state.shown[event.target.checked ? 'add' : 'delete'](agenda.agenda_id);
      drawCalendar();
    },
  })));

// The choice is kept in the session, by the database.
const chooseOne = () => select({
  'aria-label': 'Calendar',
  onchange: async (event) => {
    now.agenda = event.target.value;
    await ask('choose', { agenda_id: now.agenda }).catch(warn);
    drawCalendar();
  },
}, state.me.agendas.map((agenda) => [agenda.agenda_id, agenda.name]), now.agenda);

export async function drawCalendar() {
  const grid = byId('grid');
  if (!grid) return;
  const asked = ++drawn;
  const agendas = now.view === 'day'
    ? state.me.agendas.filter((agenda) => state.shown.has(agenda.agenda_id)).map((agenda) => agenda.agenda_id) : [now.agenda];
  try {
    const data = await ask('calendar', now.view === 'day'
      ? { agendas, from: now.day, days: 1 } : { agendas, from: monday(now.day), days: 7 });
    if (asked !== drawn) return; // a later one is under way
    if (now.failed) warn(null);
    now.failed = false;
    whenReleased(() => draw(grid, data));
    whenLapsed(data.columns.flatMap((column) => column.items.map((item) => item.expires_at).filter(Boolean)), drawCalendar);
  } catch (error) {
    if (error.status !== 401) warn(error);
    now.failed = error.status === 0 || error.status >= 500;
    if (now.failed) beginAgain(); // what has changed is not on the screen
  }
}

function draw(grid, data) {
  const focused = grid.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  grid.style.setProperty('--minutes', data.last - data.first);
  grid.style.setProperty('--columns', data.columns.length || 1);
  grid.className = now.view;
  const before = new Map([...grid.querySelectorAll('.column')].map((node) => [node.drawnFrom, node])); // what is as it was stays
  const hours = [];
  for (let minute = data.first; minute < data.last; minute += 60) {
    hours.push(el('span', { style: { '--at': minute - data.first } }, clock(minute)));
  }
  grid.replaceChildren(
    data.columns.length ? el('div', { class: 'hours', 'aria-hidden': 'true' }, hours) : el('p', { class: 'card' }, 'No calendar is chosen.'),
    ...data.columns.map((column) => {
      const same = JSON.stringify([column, data.first, data.last, now.view]);
      const node = before.get(same) ?? drawColumn(column, data);
      node.drawnFrom = same;
      return node;
    }));
  const stops = [...grid.querySelectorAll('button')];
  stops.forEach((stop) => { stop.tabIndex = -1; });
  const first = stops.find((stop) => stop.dataset.key === (focused ?? now.focus))
    ?? grid.querySelector('.cell.free') ?? stops[0];
  if (first) first.tabIndex = 0;
  if (focused) first?.focus({ preventScroll: true });
  drawMoving();
}

function drawColumn(column, data) {
  const place = ([start, end]) => ({ '--at': Math.max(start, data.first) - data.first, '--long': Math.max(Math.min(end, data.last) - Math.max(start, data.first), 0) });
  const open = (minute) => column.openings.some(([start, end]) => minute >= start && minute < end);
  const title = now.view === 'day' ? column.name : shortDay(column.day);
  const blocks = column.items.filter((item) => ['absence', 'closing'].includes(item.kind));
  const visits = lanes(column.items.filter((item) => !blocks.includes(item)));
  return el('section', { class: `column${column.day === today() ? ' today' : ''}`, 'aria-label': `${column.name}, ${longDay(column.day)}` },
    el('h2', {}, title),
    el('div', { class: 'body' },
      column.openings.map((span) => el('div', { class: 'open', style: place(span) })),
      column.cells.map((cell) => drawCell(cell, column, data, place, visits, open(cell.minute))),
      blocks.map((item) => el('div', { class: `block ${item.kind}`, style: place(item.span) },
        el('span', {}, item.kind === 'closing' ? `Closed${item.note ? `: ${item.note}` : ''}`
          : `Absent${item.note ? `: ${item.note}` : ''}${item.substitute_name ? ` – ${item.substitute_name} stands in` : ''}`))),
      visits.flatMap((item) => pauses(item).map((span) => el('div', { class: 'pause', style: place(span) }, 'pause'))),
      visits.map((item) => drawVisit(item, column, place))));
}

const pauses = ({ occupied, span }) => [[occupied[0], span[0]], [span[1], occupied[1]]].filter(([start, end]) => end > start);

// Appointments that overlap stand side by side.
function lanes(items) {
  let group = [];
  let until = -1;
  for (const item of items) {
    if (item.span[0] >= until) group = [];
    const free = (lane) => !group.some((other) => other.lane === lane && other.span[1] > item.span[0]);
    item.lane = [...group.keys()].find(free) ?? group.length;
    group.push(item);
    until = Math.max(until, item.span[1]);
    const count = Math.max(...group.map((other) => other.lane)) + 1;
    group.forEach((other) => { other.lanes = count; });
  }
  return items;
}

const key = (...parts) => parts.join(' ');

function drawCell(cell, column, data, place, visits, open) {
  const length = column.slot_minutes;
  const twin = column.cells.filter((other) => other.local === cell.local);
  const taken = visits.some((item) => item.occupied[0] < cell.minute + length && item.occupied[1] > cell.minute);
  const said = taken ? 'taken' : cell.free ? 'free' : open ? 'not offered' : 'outside of the opening hours';
  const node = el('button', {
    type: 'button', class: `cell${cell.free ? ' free' : ''}${open ? '' : ' shut'}${taken ? ' taken' : ''}`, tabindex: -1,
    'data-key': key(column.agenda_id, cell.at), 'data-minute': cell.minute,
    'aria-label': `${cell.local}${twin.length > 1 ? `, ${twin.indexOf(cell) + 1} of 2, as the clocks go back` : ''}, ${column.name}, ${shortDay(column.day)}: ${said}`,
    style: { ...place([cell.minute, cell.minute + length]), '--lane': twin.indexOf(cell), '--lanes': twin.length },
    onclick: () => choose(cell, column),
  }, el('span', { 'aria-hidden': 'true' }, cell.local));
  node.about = { cell, column };
  return node;
}

// For a screen reader alone: what the eye sees by the place.
const spoken = (text) => el('span', { class: 'spoken' }, text);

function drawVisit(item, column, place) {
  const who = item.kind === 'hold' ? `${item.own ? 'You are' : `${item.held_by} is`} booking`
    : item.part_of ? 'taken with a visit' : item.patient ?? (item.status === 'busy' ? 'busy' : 'no name');
  const said = item.kind === 'hold' ? 'held' : STATES[item.status] ?? item.status;
  const node = el('button', {
    type: 'button', class: `visit ${item.status}${item.overbooked ? ' overbooked' : ''}${item.span[1] - item.span[0] >= 30 ? ' tall' : ''}`, tabindex: -1,
    'data-key': item.id ?? key('busy', item.starts_at), 'data-minute': item.span[0],
    style: { ...place(item.span), '--lane': item.lane, '--lanes': item.lanes, '--colour': item.color ?? 'var(--accent)' },
    onclick: () => openItem(item, column),
  },
  el('span', { class: 'time' }, item.local_start.slice(11)), spoken(`to ${item.local_end.slice(11)}, `),
  el('span', { class: 'name' }, who), spoken(', '),
  item.type_name && [el('span', { class: 'type' }, item.type_name), spoken(', ')],
  said === 'busy' || item.status === 'booked' ? spoken(said) : el('span', { class: `state ${item.status}` }, said),
  spoken(`${item.overbooked ? ', overbooked' : ''}, ${column.name}, ${shortDay(column.day)}`));
  node.about = { item, column };
  return node;
}

function openItem(item, column) {
  if (now.moving) { say('Choose a time for it.'); return; }
  if (item.id && item.kind === 'appointment') openVisit(item, column, { take, refresh: drawCalendar });
  else bookAt({ at: item.starts_at, local: item.local_start.slice(11) }, column); // the database says what is there
}

const choose = (cell, column) => (now.moving ? put(now.moving, cell, column) : bookAt(cell, column));

export function bookAt(cell, column, more = {}) {
  now.focus = key(column.agenda_id, cell.at);
  openBooking({ agenda: agendaOf(column.agenda_id), at: cell.at, local: cell.local, day: column.day, ...more }, drawCalendar);
}

// -- moving ----------------------------------------------------------------

// The appointment is in the hand until it is put somewhere, also on another day.
export function take(item, column) {
  now.moving = { item, from: column };
  drawMoving();
  const grid = byId('grid');
  const cell = grid && [...grid.querySelectorAll('.cell')].find((node) => node.about.column.agenda_id === column.agenda_id
    && node.about.column.day === column.day && node.about.cell.minute >= item.span[0]);
  focusOn(cell);
  say(`Moving ${item.patient ?? 'the appointment'}. Choose a time with the arrow keys, Enter puts it there, Escape leaves it.`);
}

function leave() {
  const { item } = now.moving;
  now.moving = null;
  drawMoving();
  focusOn([...byId('grid').querySelectorAll('.visit')].find((node) => node.dataset.key === item.id));
  say('It stays where it was.');
}

function drawMoving() {
  const bar = byId('moving');
  if (!bar) return;
  bar.hidden = !now.moving;
  byId('grid').classList.toggle('is-moving', Boolean(now.moving));
  if (now.moving) {
    bar.replaceChildren(el('strong', {}, `Moving ${now.moving.item.patient ?? 'an appointment'}`),
      ` from ${shortDay(now.moving.from.day)} ${now.moving.item.local_start.slice(11)}, ${now.moving.from.name}: choose a time. `,
      button('Leave it', leave, { class: 'quiet' }));
  }
}

// The database moves it, or says why not; then it is still in the hand.
export async function put(moving, cell, column) {
  const { item } = moving;
  try {
    await ask('move', { id: item.id, starts_at: cell.at, agenda_id: column.agenda_id, version: item.version });
    now.moving = null;
    now.focus = item.id;
    warn(null);
    say(`Moved ${item.patient ?? 'the appointment'} to ${cell.local}, ${shortDay(column.day)}, ${column.name}.`);
  } catch (error) {
    if (error.word === 'appointment_changed') now.moving = null;
    warn(error);
  }
  await drawCalendar();
  if (now.focus === item.id) focusOn([...byId('grid').querySelectorAll('.visit')].find((node) => node.dataset.key === item.id));
}

// -- keyboard --------------------------------------------------------------

function focusOn(node) {
  if (!node) return;
  byId('grid').querySelectorAll('button[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
  node.tabIndex = 0;
  now.focus = node.dataset.key;
  node.focus();
}

// The stops of a column by time: while something is moved all places, otherwise the
// appointments and the places between them.
const stopsOf = (column) => [...column.querySelectorAll(now.moving ? '.cell' : '.cell:not(.taken), .visit')]
  .sort((a, b) => a.dataset.minute - b.dataset.minute);

function onKey(event) {
  const here = event.target.closest('#grid button');
  if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
  const columns = [...byId('grid').querySelectorAll('.column')];
  const column = here.closest('.column');
  const stops = stopsOf(column);
  const across = (by) => {
    const next = columns[columns.indexOf(column) + by];
    const minute = Number(here.dataset.minute);
    return next && stopsOf(next).findLast((stop) => stop.dataset.minute <= minute || stop === stopsOf(next)[0]);
  };
  const to = {
    ArrowDown: () => stops[stops.indexOf(here) + 1],
    ArrowUp: () => stops[stops.indexOf(here) - 1],
    ArrowRight: () => across(1),
    ArrowLeft: () => across(-1),
    Home: () => stops[0],
    End: () => stops.at(-1),
  }[event.key];
  if (to) focusOn(to());
  else if (event.key.toLowerCase() === 'm' && here.about.item?.id && here.about.item.kind === 'appointment') take(here.about.item, here.about.column);
  else if (event.key === 'Escape' && now.moving) leave();
  else return;
  event.preventDefault();
}
