// The dialog in which an appointment is booked.  While it is open the slot is held, so
// that others see who has it open; what stands in the way is what explain_slot() says.

import { ask } from './api.js';
import { button, checkbox, dialog, el, field, refusal, say, select } from './dom.js';
import { clockAt, longDay } from './time.js';
import { agendaOf, state } from './main.js';

// What stands in the way, in the database's words.  Where there are facts, they stand in the
// place of the message's prose after the colon, whose times are in nobody's time zone.
function reasonOf({ message, facts }, zone) {
  const at = (instant) => clockAt(instant, zone);
  const { occupied_from: from, occupied_until: until, held_by: holder, held_until: lapses, substitute, agenda_id: other, name } = facts ?? {};
  const known = [
    from && `from ${at(from)} to ${at(until)}${other ? `, ${agendaOf(other)?.name ?? 'on another calendar'}` : ''}`,
    holder && `${holder} has it open until ${at(lapses)}`,
    substitute && `${substitute} stands in`,
    name,
  ].filter(Boolean);
  return known.length ? `${message.split(': ')[0]}: ${known.join(', ')}.` : `${message.replace(/\.$/, '')}.`;
}

export function openBooking({ agenda, at, local, day, type, also }, refresh) {
  // One id for this dialog: pressing twice, or again after a lost answer, books once.
  const id = crypto.randomUUID();
  const fields = {
    patient: el('input', { type: 'text', autocomplete: 'off', maxlength: 500 }),
    appointment_type: select({}, [['', 'No type'], ...state.me.types.filter((t) => t.agenda_id === agenda.agenda_id)
      .map((t) => [t.type_id, `${t.name}, ${t.minutes} min`])], type ?? ''),
    note: el('textarea', { rows: 2 }),
    reason: el('input', { type: 'text', maxlength: 500 }),
  };
  const rooms = state.me.agendas.filter((a) => a.kind === 'room' && a.organization_id === agenda.organization_id);
  const devices = state.me.agendas.filter((a) => a.kind === 'device' && a.organization_id === agenda.organization_id);
  const room = select({}, [['', 'No room'], ['any', 'Any free room'], ...rooms.map((r) => [r.agenda_id, r.name])],
    rooms.find((r) => also?.includes(r.agenda_id))?.agenda_id ?? '');
  const device = devices.map((d) => checkbox(d.name, { value: d.agenda_id, checked: also?.includes(d.agenda_id) }));
  const own = checkbox('Private: others see only that it is busy', {});
  const over = checkbox('Overbook, with a reason', {});
  const said = el('div', { role: 'alert' });
  const ahead = el('div', { class: 'ahead', role: 'status' });
  const submit = el('button', { class: 'primary' }, 'Book');
  const ticked = (label) => label.firstChild.checked;

  const wanted = () => ({
    agenda_id: agenda.agenda_id,
    starts_at: at,
    patient: fields.patient.value,
    note: fields.note.value,
    private: ticked(own),
    overbook: ticked(over),
    reason: fields.reason.value,
    type_id: fields.appointment_type.value,
    also: [room.value !== 'any' && room.value, ...device.filter(ticked).map((label) => label.firstChild.value)].filter(Boolean),
    also_any: room.value === 'any' ? rooms.map((r) => r.agenda_id) : [],
    appointment_id: id,
  });

  // Not a rule: the button stays, and book() decides.
  let asked = 0;
  async function explain() {
    const mine = ++asked;
    const rows = await ask('explain', wanted()).catch((error) => [{ severity: 'refused', ...error, message: error.message }]);
    if (mine !== asked) return;
    ahead.replaceChildren(...rows.map((row) => el('p', { class: row.severity, 'data-word': row.word },
      el('strong', {}, row.severity === 'refused' ? 'Cannot be booked: ' : 'Note: '), reasonOf(row, agenda.time_zone))));
  }

  let held = null;
  async function hold() {
    const release = held;
    held = null;
    try {
      held = (await ask('hold', { release, agenda_id: agenda.agenda_id, starts_at: at, type_id: fields.appointment_type.value })).id;
    } catch {
      // Said by explain_slot() in the same words.
    }
    if (!box.open && held) ask('hold', { release: held }).catch(() => {});
  }

  const form = el('form', {},
    el('p', { class: 'when' }, `${longDay(day)}, ${local}`),
    field('Patient', fields.patient), field('For', fields.appointment_type),
    rooms.length > 0 && field('Room', room), device.length > 0 && el('div', { class: 'group' }, device),
    el('details', {}, el('summary', {}, 'More'), field('Note', fields.note), own, over, field('Reason', fields.reason)),
    submit, said, ahead); // below the button, which does not jump away from under the mouse

  form.addEventListener('change', async (event) => {
    if (event.target === fields.appointment_type) await hold();
    await explain();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    Object.values(fields).forEach((input) => input.removeAttribute('aria-invalid'));
    try {
      await ask('book', wanted());
      held = null; // gone with the booking
      box.close();
      say(`Booked ${fields.patient.value || 'an appointment'} at ${local}, ${agenda.name}.`);
    } catch (error) {
      said.replaceChildren(refusal(error), await others() || '');
      // The argument that is at fault is the field where it is shown.
      const input = fields[error.column];
      input?.closest('details')?.setAttribute('open', '');
      input?.setAttribute('aria-invalid', 'true');
      input?.focus();
      await explain();
    }
    submit.disabled = false;
    await refresh();
  });

  // What is free instead, soonest first.
  async function others() {
    const { type_id: chosen, also: all, also_any: any } = wanted();
    const free = await ask('find', { after: at, agendas: [agenda.agenda_id], type_id: chosen, also: all, also_any: any, time_zone: agenda.time_zone })
      .catch(() => []);
    return free.length > 0 && el('div', { class: 'group', role: 'group', 'aria-label': 'Free instead' }, 'Free instead:',
      free.slice(0, 3).map((slot) => button(slot.day === day ? slot.local : `${longDay(slot.day)}, ${slot.local}`, () => {
        const { patient } = fields;
        box.close();
        openBooking({ agenda, at: slot.starts_at, local: slot.local, day: slot.day, type: chosen, also: slot.also }, refresh)
          .patient.value = patient.value;
      })));
  }

  // In another cell nothing is held yet.
  const again = () => { held = null; hold().then(explain); };
  document.addEventListener('reload', again);
  const box = dialog(`Book ${agenda.name}`, form, async () => {
    document.removeEventListener('reload', again);
    if (held) await ask('hold', { release: held }).catch(() => {});
    await refresh();
  });
  fields.patient.focus();
  hold().then(explain);
  return fields;
}
