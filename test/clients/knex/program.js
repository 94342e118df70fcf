const positional = (text) => text.replace(/\$\d+/g, '?');

require(`${process.env.CLIENTS}/driver.js`)({
  as,
  run: async (trx, text, values) => (await trx.raw(positional(text), values)).rows,
  outside: async (text, values) => (await db.raw(positional(text), values)).rows,
  logIn,
  week,
  book,
  bookable,
});
