const { CompiledQuery } = require('kysely');

const run = async (tx, text, values) => (await tx.executeQuery(CompiledQuery.raw(text, values))).rows;

require(`${process.env.CLIENTS}/driver.js`)({
  as, run, outside: (text, values) => run(db, text, values), logIn, week, book, bookable,
});
