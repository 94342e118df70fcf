/*
 * access.c
 *		What the caller, or any account, may do on an agenda.
 *
 * The first questions of a statement are answered by looking up one agenda
 * each.  When they go on, all that the caller has is loaded at once, and from
 * then on a question costs a probe into a hash table.  Both are remembered
 * for the view and until the clock could change them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/identity.h"
#include "reader/prospect.h"
#include "reader/relation.h"
#include "reader/sharing.h"
#include "reader/view.h"

/* After so many agendas looked up one by one, the whole set is loaded. */
#define LOOKUPS_BEFORE_LOADING 8

typedef struct AgendaRights
{
	pg_uuid_t	agenda_id;
	PaclRights	rights;
	int			member;			/* position of the membership it comes from */
	uint32		status;			/* simplehash's */
} AgendaRights;

#define SH_PREFIX rightsmap
#define SH_ELEMENT_TYPE AgendaRights
#define SH_KEY_TYPE pg_uuid_t
#define SH_KEY agenda_id
#define SH_HASH_KEY(tb, key) ((uint32) (pacl_uuid_hash(&(key)) >> 32))
#define SH_EQUAL(tb, a, b) pacl_uuid_equal(&(a), &(b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* What is remembered of the caller, in a memory context of its own. */
typedef struct Memo
{
	PaclView	view;
	bool		complete;		/* every agenda of the caller is in the map */
	int			lookups;
	TimestampTz from;			/* the clock's part of the answer holds in */
	TimestampTz until;			/* [from, until) */
	pg_uuid_t	account_id;
	PaclMembership *members;
	PaclProspect *prospects;	/* of each member, once asked for */
	int			member_count;
	PaclSharing sharing;
	rightsmap_hash *rights;
} Memo;

static Memo memo;
static MemoryContext memo_context = NULL;

static PaclRights
with_features(PaclRights rights, const PaclMembership *member)
{
	if (pacl_rights_level(rights) < PACL_LEVEL_READ)
		return rights;
	/* The holder's own flag holds on no other holder's agenda. */
	return pacl_rights_union(rights,
							 pacl_rights_without(member->features,
												 PACL_FLAG_PUBLIC_PROFILE));
}

/* The union of the grants in force of one account on one agenda. */
static PaclRights
read_grants(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id,
			TimestampTz at, TimestampTz *from, TimestampTz *until,
			pg_uuid_t *organization_id)
{
	Datum		keys[2] = {UUIDPGetDatum(account_id), UUIDPGetDatum(agenda_id)};
	PaclRights	rights = PACL_RIGHTS_NONE;
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin(&scan, PACL_GRANT_BY_ACCOUNT, 2, keys);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		*organization_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
														  Anum_access_grant_organization_id));
		if (pacl_period_holds(pacl_scan_value(&scan, row,
											  Anum_access_grant_valid_during),
							  at, from, until))
			rights = pacl_rights_union(rights,
									   DatumGetRights(pacl_scan_value(&scan, row,
																	  Anum_access_grant_rights)));
	}
	pacl_scan_end(&scan);
	return rights;
}

bool
pacl_access_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	PaclScan	scan;
	HeapTuple	row;
	Datum		holder;
	bool		no_holder;
	bool		not_archived;
	bool		found;

	pacl_scan_begin(&scan, PACL_AGENDA_BY_ID, 1, &key);
	row = pacl_scan_next(&scan);
	found = row != NULL;
	if (found)
	{
		agenda->id = *agenda_id;
		agenda->organization_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
																 Anum_agenda_organization_id));
		holder = pacl_scan_column(&scan, row, Anum_agenda_holder_id, &no_holder);
		agenda->holder_id = no_holder ? pacl_nil_uuid : *DatumGetUUIDP(holder);
		agenda->slot_minutes = DatumGetInt32(pacl_scan_value(&scan, row,
															 Anum_agenda_slot_minutes));
		(void) pacl_scan_column(&scan, row, Anum_agenda_archived_at,
								&not_archived);
		agenda->archived = !not_archived;
		agenda->colleague_rights = DatumGetRights(pacl_scan_value(&scan, row,
																  Anum_agenda_colleague_rights));
	}
	pacl_scan_end(&scan);
	return found;
}

static void
add_profiles(const PaclSharing *sharing, PaclMembership *member,
			 TimestampTz at, TimestampTz *from, TimestampTz *until)
{
	member->features = pacl_rights_union(member->features,
										 pacl_sharing_features(sharing,
															   &member->organization_id,
															   at, from, until));
}

/* What an account has by groups and profiles, if there is anything. */
static void
read_sharing_of(const pg_uuid_t *account_id, const PaclMembership *member,
				PaclSharing *sharing)
{
	memset(sharing, 0, sizeof(PaclSharing));
	if (member->shares)
		pacl_sharing_read(account_id, true, sharing);
}

bool
pacl_access_member_of(const pg_uuid_t *account_id,
					  const pg_uuid_t *organization_id, PaclMembership *member)
{
	TimestampTz from = DT_NOBEGIN;
	TimestampTz until = DT_NOEND;
	PaclSharing sharing;

	if (!pacl_memberships_find(account_id, organization_id, member))
		return false;
	read_sharing_of(account_id, member, &sharing);
	add_profiles(&sharing, member, pacl_view_time(), &from, &until);
	return true;
}

/* Most people have nothing by groups and profiles, and nobody looks there. */
static void
read_sharing(Memo *m)
{
	bool		shares = false;

	for (int i = 0; i < m->member_count; i++)
		shares |= m->members[i].shares;
	memset(&m->sharing, 0, sizeof(PaclSharing));
	if (!shares)
		return;
	pacl_sharing_read(&m->account_id, false, &m->sharing);
	for (int i = 0; i < m->member_count; i++)
		add_profiles(&m->sharing, &m->members[i], pacl_view_time(), &m->from,
					 &m->until);
}

/*
 * The caller's memo, made again when the view or the clock has moved on.
 * Null if nobody may read on whose behalf we could ask.
 */
static Memo *
make_memo(void)
{
	const PaclCaller *caller;
	const PaclMembership *memberships;
	TimestampTz lapses;
	MemoryContext outer;
	Size		size;

	memo.view.taken = false;
	caller = pacl_identity_reader(&lapses);
	if (caller == NULL)
		return NULL;
	if (memo_context == NULL)
		memo_context = AllocSetContextCreate(TopMemoryContext,
											 "practiceacl access",
											 ALLOCSET_DEFAULT_SIZES);
	else
		MemoryContextReset(memo_context);
	outer = MemoryContextSwitchTo(memo_context);

	memo.account_id = caller->account_id;
	memo.complete = false;
	memo.lookups = 0;
	memo.prospects = NULL;
	memo.from = DT_NOBEGIN;
	memo.until = lapses;
	memberships = pacl_memberships_of(&memo.account_id, &memo.member_count);
	size = memo.member_count * sizeof(PaclMembership);
	memo.members = palloc(size);
	if (size > 0)
		memcpy(memo.members, memberships, size);
	memo.rights = rightsmap_create(memo_context, 16, NULL);

	read_sharing(&memo);

	MemoryContextSwitchTo(outer);
	pacl_view_take(&memo.view);
	return &memo;
}

/* Row security asks for every row, so this is the short way to the memo. */
static inline Memo *
recall(void)
{
	if (likely(pacl_view_is_current(&memo.view)))
	{
		TimestampTz now = pacl_view_time();

		if (likely(now >= memo.from && now < memo.until))
			return &memo;
	}
	return make_memo();
}

/* Members are sorted by organization, which is their first field. */
static const PaclMembership *
member_in(const Memo *m, const pg_uuid_t *organization_id)
{
	return bsearch(organization_id, m->members, m->member_count,
				   sizeof(PaclMembership), pacl_uuid_qsort_compare);
}

static const PaclMembership *
active_member_in(const Memo *m, const pg_uuid_t *organization_id)
{
	const PaclMembership *member = member_in(m, organization_id);

	return member != NULL && member->active ? member : NULL;
}

static void
add_rights(Memo *m, const pg_uuid_t *agenda_id, PaclRights rights,
		   const PaclMembership *member)
{
	bool		found;
	AgendaRights *entry = rightsmap_insert(m->rights, *agenda_id, &found);

	entry->rights = found ? pacl_rights_union(entry->rights, rights) : rights;
	entry->member = member - m->members;
}

/* Room for what each membership promises, with what comes by sharing. */
static void
begin_prospects(Memo *m)
{
	m->prospects = MemoryContextAllocZero(memo_context,
										  Max(m->member_count, 1) * sizeof(PaclProspect));
	for (int i = 0; i < m->member_count; i++)
		pacl_prospect_note_sharing(&m->prospects[i], &m->sharing,
								   &m->members[i].organization_id);
	for (int i = 0; i < m->sharing.share_count; i++)
		(void) pacl_share_holds(&m->sharing.shares[i], pacl_view_time(),
								&m->from, &m->until);
}

/*
 * What each membership of the caller promises, for a question about one
 * agenda: load() finds the same on its way.
 */
static const PaclProspect *
prospects_of(Memo *m)
{
	Datum		key = UUIDPGetDatum(&m->account_id);
	const PaclMembership *member;
	PaclScan	scan;
	HeapTuple	row;

	if (m->prospects != NULL)
		return m->prospects;
	begin_prospects(m);
	pacl_scan_begin_unseen(&scan, PACL_GRANT_BY_ACCOUNT, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		member = active_member_in(m,
								  DatumGetUUIDP(pacl_scan_value(&scan, row,
																Anum_access_grant_organization_id)));
		if (member != NULL)
			(void) pacl_prospect_note_grant(&m->prospects[member - m->members], &scan, row,
											&m->from, &m->until);
	}
	pacl_scan_end(&scan);
	pacl_scan_begin_unseen(&scan, PACL_AGENDA_BY_HOLDER, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		member = active_member_in(m,
								  DatumGetUUIDP(pacl_scan_value(&scan, row,
																Anum_agenda_organization_id)));
		if (member != NULL)
			pacl_prospect_note_staying(&m->prospects[member - m->members], DT_NOEND);
	}
	pacl_scan_end(&scan);
	return m->prospects;
}

/* Whether the caller has what an agenda of the organization has for colleagues. */
static bool
is_colleague(Memo *m, const PaclMembership *member)
{
	return member->listed &&
		(member->admin != PACL_ADMIN_NONE ||
		 pacl_prospect_is_current(&prospects_of(m)[member - m->members]));
}

/* Adds what an organization's agendas have for every colleague. */
static void
load_colleague_rights(Memo *m, const PaclMembership *member)
{
	Datum		key = UUIDPGetDatum(&member->organization_id);
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin(&scan, PACL_AGENDA_OF_COLLEAGUES, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		add_rights(m,
				   DatumGetUUIDP(pacl_scan_value(&scan, row, Anum_agenda_id)),
				   DatumGetRights(pacl_scan_value(&scan, row,
												  Anum_agenda_colleague_rights)),
				   member);
	}
	pacl_scan_end(&scan);
}

typedef struct Loading
{
	Memo	   *memo;
	const PaclMembership *member;
	PaclRights	rights;
} Loading;

static void
load_shared_agenda(void *state, const pg_uuid_t *agenda_id)
{
	Loading    *loading = state;

	add_rights(loading->memo, agenda_id, loading->rights, loading->member);
}

/* Adds what the caller has by groups and profiles. */
static void
load_sharing(Memo *m)
{
	Loading		loading = {.memo = m};

	for (int i = 0; i < m->sharing.share_count; i++)
	{
		const PaclShare *share = &m->sharing.shares[i];

		loading.member = active_member_in(m, &share->organization_id);
		loading.rights = share->rights;
		if (loading.member != NULL &&
			pacl_share_holds(share, pacl_view_time(), &m->from, &m->until))
			pacl_share_visit(share, load_shared_agenda, &loading);
	}
}

/*
 * Loads all that the caller has: grants, what comes by groups and profiles,
 * held agendas, and what is every colleague's.
 */
static void
load(Memo *m)
{
	Datum		key = UUIDPGetDatum(&m->account_id);
	rightsmap_iterator iterator;
	AgendaRights *entry;
	const PaclMembership *member = NULL;
	PaclScan	scan;
	HeapTuple	row;

	rightsmap_reset(m->rights);
	begin_prospects(m);

	pacl_scan_begin(&scan, PACL_GRANT_BY_ACCOUNT, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		const pg_uuid_t *organization_id =
			DatumGetUUIDP(pacl_scan_value(&scan, row,
										  Anum_access_grant_organization_id));

		CHECK_FOR_INTERRUPTS();
		if (member == NULL ||
			!pacl_uuid_equal(&member->organization_id, organization_id))
			member = active_member_in(m, organization_id);
		if (member != NULL &&
			pacl_prospect_note_grant(&m->prospects[member - m->members], &scan, row,
									 &m->from, &m->until))
			add_rights(m,
					   DatumGetUUIDP(pacl_scan_value(&scan, row,
													 Anum_access_grant_agenda_id)),
					   DatumGetRights(pacl_scan_value(&scan, row,
													  Anum_access_grant_rights)),
					   member);
	}
	pacl_scan_end(&scan);

	load_sharing(m);

	pacl_scan_begin(&scan, PACL_AGENDA_BY_HOLDER, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		member = active_member_in(m,
								  DatumGetUUIDP(pacl_scan_value(&scan, row,
																Anum_agenda_organization_id)));
		if (member != NULL)
		{
			pacl_prospect_note_staying(&m->prospects[member - m->members], DT_NOEND);
			add_rights(m,
					   DatumGetUUIDP(pacl_scan_value(&scan, row,
													 Anum_agenda_id)),
					   PACL_RIGHTS_ALL, member);
		}
	}
	pacl_scan_end(&scan);

	for (int i = 0; i < m->member_count; i++)
		if (m->members[i].active && is_colleague(m, &m->members[i]))
			load_colleague_rights(m, &m->members[i]);

	/* Features join an agenda's rights once these are all united. */
	rightsmap_start_iterate(m->rights, &iterator);
	while ((entry = rightsmap_iterate(m->rights, &iterator)) != NULL)
		entry->rights = with_features(entry->rights,
									  &m->members[entry->member]);
	m->complete = true;
}

/*
 * Looks one agenda up.  A holder may have grants as well, from before, but all
 * rights come only from holding.
 */
static PaclRights
look_up(Memo *m, const pg_uuid_t *agenda_id)
{
	pg_uuid_t	ignored;
	PaclAgenda	agenda;
	const PaclMembership *member;
	PaclRights	rights = read_grants(&m->account_id, agenda_id,
									 pacl_view_time(), &m->from, &m->until,
									 &ignored);

	if (!pacl_access_agenda(agenda_id, &agenda))
		return PACL_RIGHTS_NONE;
	member = active_member_in(m, &agenda.organization_id);
	if (member == NULL)
		return PACL_RIGHTS_NONE;
	if (pacl_uuid_equal(&agenda.holder_id, &m->account_id))
		return PACL_RIGHTS_ALL;
	rights = pacl_rights_union(rights,
							   pacl_sharing_rights(&m->sharing,
												   &agenda.organization_id,
												   agenda_id, pacl_view_time(),
												   &m->from, &m->until));
	if (agenda.colleague_rights != PACL_RIGHTS_NONE && is_colleague(m, member))
		rights = pacl_rights_union(rights, agenda.colleague_rights);
	return with_features(rights, member);
}

/* Looks in what is stored, whatever is remembered of the agenda. */
static PaclRights
ask(Memo *m, const pg_uuid_t *agenda_id)
{
	AgendaRights *entry;
	PaclRights	rights;
	bool		found;

	if (m->lookups >= LOOKUPS_BEFORE_LOADING)
	{
		load(m);
		entry = rightsmap_lookup(m->rights, *agenda_id);
		return entry == NULL ? PACL_RIGHTS_NONE : entry->rights;
	}
	m->lookups++;
	rights = look_up(m, agenda_id);
	entry = rightsmap_insert(m->rights, *agenda_id, &found);
	entry->rights = rights;
	return rights;
}

PaclRights
pacl_access_rights(const pg_uuid_t *agenda_id)
{
	Memo	   *m = recall();
	AgendaRights *entry;

	if (m == NULL)
		return PACL_RIGHTS_NONE;
	entry = rightsmap_lookup(m->rights, *agenda_id);
	if (entry != NULL)
		return entry->rights;
	return m->complete ? PACL_RIGHTS_NONE : ask(m, agenda_id);
}

/*
 * Only a yes is taken from memory before everything is loaded: otherwise it
 * would show that two rows, both hidden, are of the same agenda.
 */
bool
pacl_access_can(const pg_uuid_t *agenda_id, PaclRights required)
{
	Memo	   *m = recall();
	AgendaRights *entry;

	if (m == NULL)
		return false;
	required = pacl_rights_required(required);
	entry = rightsmap_lookup(m->rights, *agenda_id);
	if (entry != NULL && pacl_rights_cover(entry->rights, required))
		return true;
	return !m->complete && pacl_rights_cover(ask(m, agenda_id), required);
}

pg_uuid_t *
pacl_access_agendas(PaclRights required, int *count)
{
	Memo	   *m = recall();
	rightsmap_iterator iterator;
	AgendaRights *entry;
	pg_uuid_t  *agendas;
	int			n = 0;

	*count = 0;
	if (m == NULL)
		return NULL;
	if (!m->complete)
		load(m);

	required = pacl_rights_required(required);
	agendas = palloc(Max(m->rights->members, 1) * sizeof(pg_uuid_t));
	rightsmap_start_iterate(m->rights, &iterator);
	while ((entry = rightsmap_iterate(m->rights, &iterator)) != NULL)
		if (pacl_rights_cover(entry->rights, required))
			agendas[n++] = entry->agenda_id;
	qsort(agendas, n, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	*count = n;
	return agendas;
}

int
pacl_access_count(PaclRights required)
{
	Memo	   *m = recall();
	rightsmap_iterator iterator;
	AgendaRights *entry;
	int			n = 0;

	if (m == NULL)
		return 0;
	if (!m->complete)
		load(m);

	required = pacl_rights_required(required);
	rightsmap_start_iterate(m->rights, &iterator);
	while ((entry = rightsmap_iterate(m->rights, &iterator)) != NULL)
		n += pacl_rights_cover(entry->rights, required);
	return n;
}

const PaclMembership *
pacl_access_member(const pg_uuid_t *organization_id)
{
	Memo	   *m = recall();

	return m == NULL ? NULL : active_member_in(m, organization_id);
}

bool
pacl_access_is_away(const pg_uuid_t *organization_id)
{
	Memo	   *m = recall();
	const PaclMembership *member;

	if (m == NULL)
		return false;
	member = member_in(m, organization_id);
	return member != NULL && member->away;
}

bool
pacl_access_is_colleague(const pg_uuid_t *organization_id)
{
	Memo	   *m = recall();
	const PaclMembership *member;

	if (m == NULL)
		return false;
	member = active_member_in(m, organization_id);
	return member != NULL && is_colleague(m, member);
}

bool
pacl_access_is_colleague_of(const pg_uuid_t *account_id,
							const pg_uuid_t *organization_id)
{
	PaclMembership member;
	PaclSharing sharing;
	TimestampTz until;

	if (!pacl_memberships_find(account_id, organization_id, &member))
		return false;
	read_sharing_of(account_id, &member, &sharing);
	return pacl_prospect_is_colleague(account_id, &member, &sharing, &until);
}

PaclRights
pacl_access_rights_of(const pg_uuid_t *account_id, const pg_uuid_t *agenda_id,
					  TimestampTz at, TimestampTz *until)
{
	TimestampTz from = DT_NOBEGIN;
	TimestampTz changes = DT_NOEND;
	TimestampTz leaves;
	PaclAgenda	agenda;
	PaclMembership member;
	PaclSharing sharing;
	PaclRights	rights;
	pg_uuid_t	ignored;

	if (until != NULL)
		*until = DT_NOEND;
	if (!pacl_access_agenda(agenda_id, &agenda) ||
		!pacl_memberships_find(account_id, &agenda.organization_id, &member) ||
		!member.active)
		return PACL_RIGHTS_NONE;
	if (pacl_uuid_equal(&agenda.holder_id, account_id))
		return PACL_RIGHTS_ALL;

	read_sharing_of(account_id, &member, &sharing);
	add_profiles(&sharing, &member, at, &from, &changes);
	rights = read_grants(account_id, agenda_id, at, &from, &changes, &ignored);
	rights = pacl_rights_union(rights,
							   pacl_sharing_rights(&sharing,
												   &agenda.organization_id,
												   agenda_id, at, &from,
												   &changes));
	if (agenda.colleague_rights != PACL_RIGHTS_NONE &&
		pacl_prospect_is_colleague(account_id, &member, &sharing, &leaves))
	{
		rights = pacl_rights_union(rights, agenda.colleague_rights);
		changes = Min(changes, leaves);
	}
	if (until != NULL)
		*until = changes;
	return with_features(rights, &member);
}

bool
pacl_access_is_admin(const pg_uuid_t *organization_id, PaclAdmin level)
{
	const PaclMembership *member = pacl_access_member(organization_id);

	return member != NULL && member->admin >= level;
}

/* The members are sorted already. */
pg_uuid_t *
pacl_access_organizations(PaclAdmin level, int *count)
{
	Memo	   *m = recall();
	pg_uuid_t  *organizations;

	*count = 0;
	if (m == NULL)
		return NULL;
	organizations = palloc(Max(m->member_count, 1) * sizeof(pg_uuid_t));
	for (int i = 0; i < m->member_count; i++)
	{
		const PaclMembership *member = &m->members[i];

		if (member->active && member->admin >= level)
			organizations[(*count)++] = member->organization_id;
	}
	return organizations;
}
