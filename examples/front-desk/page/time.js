// Days are texts, 2058-06-04, and clock times 09:15: what the practice's calendar and
// clock show.  The database computed them; here they are only counted and written
// out, in UTC, so that the time zone of the browser plays no part.

const utc = (day) => new Date(`${day}T00:00Z`);

export const addDays = (day, count) => new Date(utc(day).getTime() + count * 86400000).toISOString().slice(0, 10);
export const monday = (day) => addDays(day, -((utc(day).getUTCDay() + 6) % 7));

const written = (options) => {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  return (day) => format.format(utc(day)).replace(',', '');
};
export const longDay = written({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
export const shortDay = written({ weekday: 'short', day: 'numeric', month: 'short' });

export const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

// An instant, as the clock of that time zone shows it.
export const clockAt = (instant, timeZone) => new Intl.DateTimeFormat('en-GB', {
  timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
}).format(new Date(instant));

export const dayAt = (instant, timeZone) => new Intl.DateTimeFormat('en-GB', {
  timeZone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
}).format(new Date(instant));
