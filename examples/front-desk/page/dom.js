// Elements, and what is said to the person.  Text is always a text node: what a
// patient is called is never read as markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else if (name === 'value' || name === 'checked') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);
export const button = (label, onclick, props = {}) => el('button', { type: 'button', onclick, ...props }, label);

let number = 0;

// A field with its label; input is one of el()'s.
export function field(label, input, props = {}) {
  number += 1;
  input.id = `field-${number}`;
  return el('div', { class: 'field', ...props }, el('label', { for: input.id }, label), input);
}

export const checkbox = (label, props) => el('label', { class: 'check' }, el('input', { type: 'checkbox', ...props }), ` ${label}`);

export const select = (props, options, chosen) => el('select', props, options.map(([value, label]) => {
  const option = el('option', { value }, label);
  option.selected = value === chosen;
  return option;
}));

// Said by a screen reader, and shown for a while.
let quiet;
export function say(text) {
  byId('status').textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => { byId('status').textContent = ''; }, 8000);
}

// What the database said, as it said it: message and hint for everybody; what is
// more for programs than for people is folded away.
export function refusal(error) {
  return el('div', { class: 'refusal', 'data-word': error.word },
    el('p', {}, el('strong', {}, `${error.message[0].toUpperCase()}${error.message.slice(1)}${/[.!?]$/.test(error.message) ? '' : '.'}`)),
    error.hint && el('p', {}, error.hint),
    error.detail && el('details', {}, el('summary', {}, 'Details'), el('p', {}, error.detail)));
}

export function warn(error) {
  byId('alert').replaceChildren(...(error ? [refusal(error), button('Close', () => warn(null), { class: 'quiet' })] : []));
}

// A dialog that is gone when it is closed; the focus returns to where it was.
export function dialog(title, content, onclose) {
  const box = el('dialog', { 'aria-labelledby': 'dialog-title' },
    el('div', { class: 'dialog-head' }, el('h2', { id: 'dialog-title' }, title),
      button('×', () => box.close(), { class: 'quiet', 'aria-label': 'Close' })), content);
  box.addEventListener('close', () => { box.remove(); onclose?.(); });
  document.body.append(box);
  box.showModal();
  return box;
}
