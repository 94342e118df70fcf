// Colleagues, who can be invited with the rights of another one; and who may do what, and why.

import { ask } from './api.js';
import { byId, el, field, refusal, select } from './dom.js';
import { dayAt } from './time.js';
import { state } from './main.js';

const table = (caption, heads, rows) => el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
  el('table', {}, el('caption', {}, caption),
    el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell) => el('td', {}, cell ?? '')))))));

const zone = () => state.me.organizations[0]?.time_zone ?? 'UTC';
const when = (instant) => (instant ? dayAt(instant, zone()) : '');

export async function peopleView() {
  const { people, invitations } = await ask('people');
  const inputs = Object.fromEntries([['first_name', 'text'], ['last_name', 'text'], ['email', 'email'], ['job_title', 'text']]
    .map(([name, type]) => [name, el('input', { type })]));
  const clone = select({}, [['', 'Nobody'], ...people.map((person) => [person.account_id, person.name])], '');
  const said = el('div', { role: 'alert' });
  const form = el('form', { class: 'card narrow' }, el('h2', {}, 'Invite a colleague'),
    field('First name', inputs.first_name), field('Last name', inputs.last_name), field('E-mail address', inputs.email),
    field('Job', inputs.job_title), field('With the rights of', clone), said, el('button', { class: 'primary' }, 'Invite'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const values = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
      const { token, expires_at: end } = await ask('invite', {
        ...values, clone_from: clone.value,
      });
      said.replaceChildren(el('p', {}, `Invited until ${when(end)}. `, token
        ? el('span', {}, 'Here nothing sends the message, so this is the link that it has: ',
          el('a', { href: `#/invitation/${token}`, target: '_blank', rel: 'noopener' }, 'accept the invitation'))
        : 'The link goes to them by mail.'));
    } catch (error) {
      said.replaceChildren(refusal(error));
      inputs[error.column]?.setAttribute('aria-invalid', 'true');
      inputs[error.column]?.focus();
    }
  });
  byId('main').replaceChildren(...[el('h1', {}, 'People'),
    table('Colleagues', ['Name', 'Job', 'Calendars'], people.map((person) => [person.name, person.job_title, person.holds?.join(', ')])),
    form,
    invitations.length > 0 && table('Invitations', ['Name', 'Address', 'Status', 'Until', 'By'],
      invitations.map((i) => [i.name, i.email, i.status, when(i.expires_at), i.invited_by_name]))].filter(Boolean));
}

// The words of levels and flags are explained in doc/concepts.md.
export async function whyView() {
  const { people } = await ask('people');
  const result = el('div', { 'aria-live': 'polite' });
  const person = select({}, people.map((p) => [p.account_id, p.account_id === state.me.account_id ? `${p.name} (you)` : p.name]), state.me.account_id);
  const agenda = select({}, [['', 'Every calendar that you may know of'], ...state.me.agendas.map((a) => [a.agenda_id, a.name])], '');
  const show = async () => {
    try {
      const rows = await ask('why', { account_id: person.value, agenda_id: agenda.value });
      result.replaceChildren(rows.length ? table(`What ${person.selectedOptions[0].text} may do, and why`,
        ['Calendar', 'Rights', 'Comes from', 'Given by', 'Since', 'Until', 'Counts'],
        rows.map((row) => [row.name, row.rights, [row.source, row.act].filter(Boolean).join(', '), row.granted_by_name,
          when(row.granted_at), when(row.valid_until), row.in_force ? 'yes' : `no${row.why_not ? `: ${row.why_not}` : ''}`]))
        : el('p', {}, 'Nothing that you may know of.'));
    } catch (error) {
      result.replaceChildren(refusal(error));
    }
  };
  const choose = el('div', { class: 'card choose', onchange: show }, field('Who', person), field('On', agenda));
  byId('main').replaceChildren(el('h1', {}, 'What may I do, and why?'), choose, result);
  await show();
}
