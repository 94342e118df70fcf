// Log-in, an invitation, and the steps that a session may lack.

import { ask } from './api.js';
import { byId, el, field, refusal } from './dom.js';
import { enter, go, render } from './main.js';

// A form whose refusal stands in it.
function form(title, text, fields, label, send) {
  const said = el('div', { role: 'alert' });
  const submit = el('button', { class: 'primary' }, label);
  const box = el('form', { class: 'card narrow' }, el('h1', {}, title), text && el('p', {}, text), fields, said, submit);
  box.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      said.replaceChildren();
      await send();
    } catch (error) {
      said.replaceChildren(refusal(error));
    }
    submit.disabled = false;
  });
  byId('main').replaceChildren(box);
  box.querySelector('input')?.focus();
}

const input = (type, autocomplete) => el('input', { type, autocomplete, name: autocomplete });

export function logInView() {
  const email = input('email', 'username');
  const password = input('password', 'current-password');
  form('Log in', null, [field('E-mail address', email), field('Password', password)], 'Log in', async () => {
    await ask('log_in', { email: email.value, password: password.value });
    await enter();
    await render();
  });
}

// The token stands behind the # of the address, which no server and no log sees.
export function invitationView(token) {
  const password = input('password', 'new-password');
  form('Accept the invitation', 'Choose a password that only you know.', [field('New password', password)], 'Accept', async () => {
    await ask('accept_invitation', { token, password: password.value });
    await enter();
    go('day');
  });
}

export function needsView({ needs, needs_in: cell }) {
  if (needs === 'second_factor') {
    const code = input('text', 'one-time-code');
    form('Second factor', 'Enter the code that your app shows.', [field('Code', code)], 'Go on', async () => {
      await ask('second_factor', { code: code.value, cell });
      await enter();
      await render();
    });
  } else if (needs === 'password_change') {
    const old = input('password', 'current-password');
    const password = input('password', 'new-password');
    form('Choose a password', 'The one that you were given is temporary.',
      [field('Present password', old), field('New password', password)], 'Change it', async () => {
        await ask('change_password', { old_password: old.value, password: password.value, cell });
        await enter();
        await render();
      });
  } else {
    byId('main').replaceChildren(el('p', { class: 'card' },
      'This practice asks for a second factor, which this example cannot enrol: see enrol_second_factor().'));
  }
}
