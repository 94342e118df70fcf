const run = (transaction, text, values) => sequelize.query(text, {
  ...(values.length ? { bind: values } : {}), transaction, type: QueryTypes.SELECT,
});

require(`${process.env.CLIENTS}/driver.js`)({
  as, run, outside: (text, values) => run(undefined, text, values), logIn, week, book, bookable,
});
