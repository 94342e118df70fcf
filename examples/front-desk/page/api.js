// Asking the back end.  An answer that is no success becomes an error with what the
// database said: message, hint, detail, and code, word and column for the program.

export class Refusal extends Error {
  constructor(status, said) {
    super(said.message);
    Object.assign(this, said, { status });
  }
}

// The practice that is shown: the back end asks in the cell where it is.
export const practice = {
  get id() { return localStorage.getItem('practice') ?? undefined; },
  set id(id) { if (id) localStorage.setItem('practice', id); else localStorage.removeItem('practice'); },
};

let onLoggedOut = () => {};
export const whenLoggedOut = (work) => { onLoggedOut = work; };

export async function ask(name, body = {}) {
  let response;
  try {
    response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Front-Desk': '1' },
      body: JSON.stringify({ organization_id: practice.id, ...body }),
    });
  } catch {
    throw new Refusal(0, { message: 'The front desk cannot be reached. Nothing was changed; try again shortly.' });
  }
  const said = await response.json().catch(() => ({ message: 'The answer cannot be read.' }));
  if (response.ok) return said;
  const error = new Refusal(response.status, said);
  if (response.status === 401 && !['log_in', 'accept_invitation'].includes(name)) onLoggedOut(error);
  throw error;
}
