// Looking for a free time: find_slots() over all calendars, or some.

import { ask } from './api.js';
import { button, byId, checkbox, el, field, refusal, select } from './dom.js';
import { shortDay } from './time.js';
import { agendaOf, go, state, today } from './main.js';
import { openBooking } from './booking.js';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function findView() {
  const kinds = (kind) => state.me.agendas.filter((agenda) => agenda.kind === kind);
  const names = [...new Set(state.me.types.map((type) => type.name))];
  const type = select({}, [['', 'Any'], ...names.map((name) => [name, name])], '');
  const agenda = select({}, [['', 'Every calendar'], ...kinds('person').map((a) => [a.agenda_id, a.name])], '');
  const room = select({}, [['', 'No room'], ['any', 'Any free room']], '');
  const devices = kinds('device').map((d) => checkbox(d.name, { value: d.agenda_id }));
  const from = el('input', { type: 'date', value: today() });
  const dayFrom = el('input', { type: 'time' });
  const dayUntil = el('input', { type: 'time' });
  const weekdays = DAYS.map((name, n) => checkbox(name, { value: n + 1 }));
  const ticked = (boxes) => boxes.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.value);
  const result = el('div', { role: 'region', 'aria-label': 'Free times', 'aria-live': 'polite' });

  const find = async () => {
    const offered = state.me.types.find((t) => t.name === type.value);
    try {
      const slots = await ask('find', {
        from: from.value,
        time_zone: state.me.organizations[0]?.time_zone,
        agendas: agenda.value ? [agenda.value] : kinds('person').map((a) => a.agenda_id),
        type_id: offered?.type_id,
        also: ticked(devices),
        also_any: room.value ? kinds('room').map((r) => r.agenda_id) : [],
        weekdays: ticked(weekdays).map(Number),
        day_from: dayFrom.value,
        day_until: dayUntil.value,
      });
      result.replaceChildren(slots.length ? el('ul', { class: 'slots' }, slots.map((slot) => el('li', {},
        button(`${shortDay(slot.day)} ${slot.local}–${slot.local_end}`, () => openBooking({
          agenda: agendaOf(slot.agenda_id), at: slot.starts_at, local: slot.local, day: slot.day, type: offered?.type_id, also: slot.also,
        }, find), { class: 'primary' }),
        ` ${slot.name}${slot.rooms ? `, ${slot.rooms}` : ''} `,
        button('See the day', () => go('day', slot.day), { class: 'quiet' })))) : el('p', {}, 'Nothing is free in the 60 days from then on.'));
    } catch (error) {
      result.replaceChildren(refusal(error));
    }
  };
  const form = el('form', { class: 'card find' }, el('h1', {}, 'Find a time'),
    field('For', type), field('With', agenda), field('Room', room), devices.length > 0 && el('div', { class: 'group' }, devices),
    field('From', from), field('Not before', dayFrom), field('Not after', dayUntil),
    el('fieldset', { class: 'calendars' }, el('legend', {}, 'On'), weekdays),
    el('button', { class: 'primary' }, 'Find'));
  form.addEventListener('submit', (event) => { event.preventDefault(); find(); });
  byId('main').replaceChildren(form, result);
}
