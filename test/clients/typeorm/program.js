require(`${process.env.CLIENTS}/driver.js`)({
  as,
  run: (manager, text, values) => manager.query(text, values),
  outside: async (text, values) => (await connected()).query(text, values),
  logIn,
  week,
  book,
  bookable,
});
