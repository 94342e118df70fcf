require(`${process.env.CLIENTS}/driver.js`)({
  as,
  run: (tx, text, values) => tx.unsafe(text, values),
  outside: (text, values) => sql.begin((tx) => tx.unsafe(text, values)),
  logIn,
  week,
  book,
  bookable,
});
