// Rows of sql`` come without types: times as PostgreSQL writes them.
function typed(row) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [
    name, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d$/.test(value) ? new Date(value) : value,
  ]));
}

const run = async (tx, text, values) => {
  const parts = text.split(/\$\d+/).map((part) => sql.raw(part));
  const chunks = parts.flatMap((part, i) => (i === 0 ? [part] : [sql`${values[i - 1]}`, part]));
  return (await tx.execute(sql.join(chunks))).rows.map(typed);
};

require(`${process.env.CLIENTS}/driver.js`)({
  as, run, outside: (text, values) => run(db, text, values), logIn, week, book, bookable,
});
