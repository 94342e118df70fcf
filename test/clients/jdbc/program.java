import java.io.*;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Carries out requests: how lines are written is told in test/clients/run. */
class Program {
    static final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    static String unescape(String text) {
        if (text.equals("\\N")) return null;
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                c = text.charAt(++i);
                c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
            }
            plain.append(c);
        }
        return plain.toString();
    }

    static String shown(Object value) {
        if (value == null) return "\\N";
        if (value instanceof Boolean) return "b:" + value;
        if (value instanceof Number) return "n:" + value;
        if (value instanceof OffsetDateTime) {
            String utc = ((OffsetDateTime) value).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime().toString();
            return "t:" + (utc.length() == 16 ? utc + ":00" : utc) + "Z";
        }
        if (value instanceof String[]) return "a:" + String.join(",", (String[]) value);
        return "s:" + escape(value.toString());
    }

    static Object read(ResultSet rows, int i) throws SQLException {
        switch (rows.getMetaData().getColumnTypeName(i)) {
            case "timestamptz": return rows.getObject(i, OffsetDateTime.class);
            case "_text": return rows.getArray(i) == null ? null : rows.getArray(i).getArray();
            default: return rows.getObject(i);
        }
    }

    static List<String> query(Connection connection, String sql, List<String[]> values) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.replaceAll("\\$\\d+", "?"))) {
            for (int i = 0; i < values.size(); i++) bind(statement, i + 1, values.get(i)[0], values.get(i)[1]);
            if (!statement.execute()) return lines;
            ResultSet rows = statement.getResultSet();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringBuilder line = new StringBuilder("row");
                for (int i = 1; i <= columns; i++) {
                    boolean json = rows.getMetaData().getColumnTypeName(i).equals("jsonb");
                    line.append('\t').append(json && rows.getString(i) != null
                        ? "j:" + escape(rows.getString(i).replace("\": ", "\":").replace(", ", ",")) : shown(read(rows, i)));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    static void bind(PreparedStatement statement, int i, String type, String text) throws SQLException {
        switch (type) {
            case "uuid":
                if (text == null) statement.setNull(i, Types.OTHER, "uuid");
                else statement.setObject(i, UUID.fromString(text));
                break;
            case "timestamptz": statement.setObject(i, OffsetDateTime.parse(text)); break;
            case "bool": statement.setBoolean(i, Boolean.parseBoolean(text)); break;
            case "int": statement.setInt(i, Integer.parseInt(text)); break;
            case "json":
                PGobject json = new PGobject();
                json.setType("jsonb");
                json.setValue(text);
                statement.setObject(i, json);
                break;
            default: statement.setString(i, text);
        }
    }

    static List<String> answer(Connection connection, String what, String[] fields) throws Exception {
        switch (what) {
            case "query":
                List<String[]> values = new ArrayList<>();
                for (int i = 2; i + 1 < fields.length; i += 2) values.add(new String[] {fields[i], fields[i + 1]});
                if (fields[0] == null) {
                    connection.setAutoCommit(true);
                    return query(connection, fields[1], values);
                }
                return Clinic.as(connection, fields[0], c -> query(c, fields[1], values));
            case "log_in":
                return List.of("row\t" + shown(Clinic.logIn(connection, fields[0], fields[1], fields[2])));
            case "week":
                List<String> lines = new ArrayList<>();
                for (Clinic.Entry e : Clinic.week(connection, fields[0], OffsetDateTime.parse(fields[1])))
                    lines.add(String.join("\t", "row", shown(e.startsAt), shown(e.endsAt), shown(e.status), shown(e.patient)));
                return lines;
            case "book":
                return List.of("row\t" + shown(Clinic.book(connection, fields[0], UUID.fromString(fields[1]),
                    OffsetDateTime.parse(fields[2]), fields[3])));
            case "bookable":
                List<String> agendas = new ArrayList<>();
                Clinic.bookable(connection, fields[0]).forEach((id, name) -> agendas.add("row\t" + shown(id) + "\t" + shown(name)));
                return agendas;
            case "swallow":
                return List.of("row\tb:" + swallow(connection, fields));
            case "soak":
                return List.of("row\tn:" + soak(Integer.parseInt(fields[0]), fields));
            default:
                throw new IllegalArgumentException(what);
        }
    }

    /** Books, then has an error and goes on as if nothing had been: whether it is said to be done. */
    static boolean swallow(Connection connection, String[] fields) {
        String sql = "SELECT practiceacl.book($1, $2)";
        String[] at = {"timestamptz", fields[2]};
        try {
            return Clinic.as(connection, fields[0], c -> {
                query(c, sql, List.of(new String[] {"uuid", fields[1]}, at));
                try {
                    query(c, sql, List.of(new String[] {"uuid", null}, at));
                } catch (SQLException error) {
                    return true;
                }
                return true;
            });
        } catch (SQLException error) {
            return false;
        }
    }

    static int soak(int total, String[] fields) throws Exception {
        AtomicInteger next = new AtomicInteger(), strays = new AtomicInteger();
        int people = (fields.length - 1) / 3;
        ExecutorService workers = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        for (int w = 0; w < 8; w++) {
            all.add(workers.submit(() -> {
                try (Connection connection = Clinic.connect()) {
                    for (int n; (n = next.getAndIncrement()) < total; ) {
                        int at = 1 + n % people * 3;
                        String sql = "SELECT practiceacl.current_account()::text, (SELECT count(*)::int FROM practiceacl.my_agendas)";
                        Clinic.Work<String> look = c -> query(c, sql, List.of()).get(0);
                        String seen;
                        if (fields[at] == null) {
                            connection.setAutoCommit(true);
                            seen = look.on(connection);
                        } else {
                            seen = Clinic.as(connection, fields[at], look);
                        }
                        if (!seen.equals("row\t" + shown(fields[at + 1]) + "\tn:" + fields[at + 2])) strays.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : all) one.get();
        workers.shutdown();
        return strays.get();
    }

    static String orNull(String text) { return text == null ? "\\N" : escape(text); }

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Connection connection = Clinic.connect()) {
            for (String line; (line = in.readLine()) != null; ) {
                String[] fields = line.split("\t", -1);
                String what = fields[0];
                String[] rest = new String[fields.length - 1];
                for (int i = 0; i < rest.length; i++) rest[i] = unescape(fields[i + 1]);
                try {
                    for (String row : answer(connection, what, rest)) out.println(row);
                    out.println("done");
                } catch (PSQLException error) {
                    ServerErrorMessage m = error.getServerErrorMessage();
                    if (m == null) out.println("broken\t" + escape(error.toString()));
                    else out.println(String.join("\t", "error", error.getSQLState(),
                        orNull(m.getConstraint()), orNull(m.getColumn()), orNull(m.getTable())));
                } catch (Exception error) {
                    out.println("broken\t" + escape(error.toString()));
                }
            }
        }
    }
}
