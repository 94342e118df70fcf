require(`${process.env.CLIENTS}/driver.js`)({
  as,
  run: async (client, sql, values) => (await client.query(sql, values)).rows,
  outside: async (sql, values) => (await pool.query(sql, values)).rows,
  logIn,
  week,
  book,
  bookable,
  more: {
    // Loses the connection in the middle of a transaction, and goes on with another.
    lose: async ([token]) => {
      const done = await as(token, (client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())'))
        .then(() => true, () => false);
      const { rows } = await pool.query('SELECT practiceacl.current_account() AS me');
      return [[done, rows[0].me]];
    },
    // Gives up waiting in the middle of a transaction: who is the next one?
    give_up: async ([token]) => {
      while (pool.idleCount) (await pool.connect()).release(true);
      Object.assign(pool.options, { query_timeout: 500, max: 1 });
      const done = await as(token, (client) => client.query('SELECT pg_sleep(60)'))
        .then(() => true, () => false);
      Object.assign(pool.options, { query_timeout: undefined, max: 10 });
      const { rows } = await pool.query('SELECT practiceacl.current_account() AS me');
      return [[done, rows[0].me]];
    },
  },
});
