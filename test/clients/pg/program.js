require(`${process.env.CLIENTS}/driver.js`)({
  as,
  run: async (client, sql, values) => (await client.query(sql, values)).rows,
  outside: async (sql, values) => (await pool.query(sql, values)).rows,
  logIn,
  week,
  book,
  bookable,
});
