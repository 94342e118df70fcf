/*
 * directory_store.c
 *		Rows of the directory.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "people/directory_store.h"

/*
 * Letters without their accents, in lower case; ligatures and strokes, which
 * Unicode does not take apart, as the letters that people type for them.  In
 * both cases, since lower() knows only ASCII in some locales.
 */
#define FOLDED(text) \
	"replace(regexp_replace(regexp_replace(translate(lower(regexp_replace(" \
	"normalize(" text ", NFKD), '[\\u0300-\\u036f]', '', 'g'))," \
	" E'\\u00f8\\u00d8\\u0142\\u0141\\u0111\\u0110\\u2019', 'oolldd''')," \
	" '[\\u0153\\u0152]', 'oe', 'g'), '[\\u00e6\\u00c6]', 'ae', 'g')," \
	" E'\\u00df', 'ss')"

/* What stands between the parts of a name, as a blank; after folding. */
#define PARTED(text) \
	"translate(" text ", E'-,.''\\u02bc\\u2010\\u2013\\u2212', '        ')"

/* Unicode's normal forms exist only where the database speaks it. */
#define LOWERED(text) "lower(" text ")"
#define PARTED_BYTES(text) "translate(" text ", '-,.''', '    ')"

#define COLLEAGUE "practiceacl.is_colleague($1, p.id)"

/*
 * A page follows its predecessor's last row by the key of the order, so a row
 * that comes or goes meanwhile shifts nobody onto two pages or none.  Every
 * word of the query stands somewhere in the name, in whatever order.
 */
#define SEARCH(FOLD, PART) \
	"WITH person AS MATERIALIZED (" \
	"  SELECT a.id, a.first_name, a.last_name, a.email, m.job_title, m.admin," \
	"    m.status, " FOLD("a.last_name") " AS last_key," \
	"    " FOLD("a.first_name") " AS first_key" \
	"  FROM practiceacl.membership m" \
	"  JOIN practiceacl.account a ON a.id = m.account_id" \
	"  WHERE m.organization_id = $1" \
	"    AND (m.status = 'active' OR ($5 AND m.status = 'disabled')" \
	"         OR a.id = $3))," \
	" wanted AS (" \
	"  SELECT w.text, CASE" \
	"    WHEN w.text = '' OR btrim(" PART("w.text") ") <> ''" \
	"    THEN regexp_split_to_array(btrim(" PART("w.text") "), '\\s+')" \
	"    END AS words" \
	"  FROM (SELECT " FOLD("btrim($2)") " AS text) w)" \
	" SELECT p.id, p.first_name, p.last_name," \
	"   CASE WHEN $5 THEN p.email END, p.job_title," \
	"   CASE WHEN $5 THEN p.admin END," \
	"   CASE WHEN NOT $5 THEN NULL" \
	"     WHEN p.status = 'active' AND NOT " COLLEAGUE " THEN 'lapsed'" \
	"     ELSE p.status END" \
	" FROM person p, wanted w" \
	" WHERE (p.status = 'active' OR ($5 AND p.status = 'disabled'))" \
	"   AND ($5 OR " COLLEAGUE ")" \
	"   AND (w.words IS NOT NULL AND NOT EXISTS (" \
	"          SELECT FROM unnest(w.words) AS x (word)" \
	"          WHERE strpos(" PART("p.first_key || ' ' || p.last_key") "," \
	"            x.word) = 0)" \
	"        OR ($5 AND strpos(p.email, w.text) > 0))" \
	"   AND ($3 IS NULL OR (p.last_key, p.first_key, p.id) > (" \
	"        SELECT q.last_key, q.first_key, q.id FROM person q" \
	"        WHERE q.id = $3))" \
	" ORDER BY p.last_key, p.first_key, p.id" \
	" LIMIT $4"

static PaclStatement search_unicode = {
	SEARCH(FOLDED, PARTED)
};

static PaclStatement search_bytes = {
	SEARCH(LOWERED, PARTED_BYTES)
};

void
pacl_directory_store_search(PaclRows *rows, const PaclSearch *search)
{
	pacl_query(rows, GetDatabaseEncoding() == PG_UTF8 ?
			   &search_unicode : &search_bytes,
			   PACL_ARGS(pacl_uuid(&search->organization_id),
						 pacl_text(search->query), pacl_uuid(search->after),
						 pacl_int(search->page_size),
						 pacl_bool(search->administrator)));
}

PACL_STATEMENTS(directory,
	PACL_ONE(search_unicode),
	PACL_ONE(search_bytes));
