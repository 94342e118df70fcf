// An appointment: what it is, whether the patient came, and what can be done with it.

import { ask } from './api.js';
import { button, dialog, el, field, refusal, say } from './dom.js';
import { longDay } from './time.js';
import { bookAt } from './calendar.js';

const STATUSES = { arrived: 'Arrived', done: 'Done', no_show: 'No-show', booked: 'Back to booked' };

export function openVisit(item, column, { take, refresh }) {
  const said = el('div', { role: 'alert' });
  const reason = el('input', { type: 'text', maxlength: 500 });
  const set = async (status, label) => {
    try {
      await ask('status', { id: item.id, status, reason: reason.value });
      box.close();
      say(`${item.patient ?? 'The appointment'}: ${label.toLowerCase()}.`);
      await refresh();
    } catch (error) {
      said.replaceChildren(refusal(error));
    }
  };
  const facts = [
    ['When', `${longDay(column.day)}, ${item.local_start.slice(11)} to ${item.local_end.slice(11)}`],
    ['With', column.name],
    ['For', item.type_name],
    ['Status', `${item.status.replace('_', '-')}${item.overbooked ? ', overbooked' : ''}`],
    ['Note', item.note],
  ].filter(([, value]) => value);
  const box = dialog(item.patient ?? (item.part_of ? 'Taken with a visit' : 'No name'), el('div', {},
    el('dl', {}, facts.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    said,
    el('div', { class: 'group', role: 'group', 'aria-label': 'Status' }, Object.entries(STATUSES)
      .filter(([status]) => status !== item.status)
      .map(([status, label]) => button(label, () => set(status, label), { class: status }))),
    el('div', { class: 'group' },
      button('Move…', () => { box.close(); take(item, column); }),
      button('Book here, too…', () => { box.close(); bookAt({ at: item.starts_at, local: item.local_start.slice(11) }, column); })),
    el('details', {}, el('summary', {}, 'Cancel the appointment'),
      field('Reason', reason),
      button('Cancel it', () => set('cancelled', 'Cancelled'), { class: 'danger' }))));
}
