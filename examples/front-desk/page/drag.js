// Dragging an appointment with the mouse or a pen.  On a touch screen a finger scrolls,
// and "Move" in the appointment's dialog does the same.

let held = null;
let pressed = false;
let waiting = null;

// Runs work now, or when the mouse is released: nothing is drawn again under it.
export function whenReleased(work) {
  if (pressed) waiting = work; else work();
}

function release() {
  setTimeout(() => { // after the click
    pressed = false;
    waiting?.();
    waiting = null;
  });
}

// The place under a point, where the upper edge of what is dragged would be.
function placeAt(x, y) {
  const cell = document.elementsFromPoint(x, y).find((node) => node.matches('#grid .cell'));
  return cell?.about && { node: cell, ...cell.about };
}

export function startDrag(event, put) {
  pressed = true;
  for (const end of ['pointerup', 'pointercancel']) window.addEventListener(end, release, { once: true });
  const node = event.target.closest('.visit');
  if (!node?.about.item.id || node.about.item.kind !== 'appointment' || event.button !== 0 || event.pointerType === 'touch') return;
  const box = node.getBoundingClientRect();
  held = { node, from: [event.clientX, event.clientY], grip: event.clientY - box.top, moved: false, target: null };

  const mark = (target) => {
    held.target?.node.classList.remove('target');
    held.target = target;
    target?.node.classList.add('target');
  };
  const move = ({ clientX: x, clientY: y }) => {
    if (!held.moved && Math.hypot(x - held.from[0], y - held.from[1]) < 6) return;
    held.moved = true;
    node.classList.add('dragged');
    node.style.setProperty('translate', `${x - held.from[0]}px ${y - held.from[1]}px`);
    mark(placeAt(x, y - held.grip + 4));
  };
  const end = (dropped) => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', drop);
    window.removeEventListener('pointercancel', cancel);
    window.removeEventListener('keydown', escape, true);
    const { moved, target } = held;
    mark(null);
    node.classList.remove('dragged');
    node.style.removeProperty('translate');
    if (moved) window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, true));
    held = null;
    if (dropped && moved && target) put({ item: node.about.item, from: node.about.column }, target.cell, target.column);
  };
  const swallow = (click) => { click.stopPropagation(); click.preventDefault(); };
  const drop = () => end(true);
  const cancel = () => end(false);
  const escape = (press) => { if (press.key === 'Escape') { press.stopPropagation(); cancel(); } };
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', drop);
  window.addEventListener('pointercancel', cancel);
  window.addEventListener('keydown', escape, true);
}
