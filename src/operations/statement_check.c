/*
 * statement_check.c
 *		Whether the module's statements fit the objects of this database.
 *
 * A statement is parsed when it is first needed, which for some is once a
 * year: a column that somebody renamed by hand would be found then.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/statement_check.h"

/* Every file of rows with statements, from the lowest layer up. */
#define FILES(do_with) \
	do_with(activity) \
	do_with(address) \
	do_with(authority) \
	do_with(beside) \
	do_with(outbox) \
	do_with(reading) \
	do_with(account) \
	do_with(second_factor) \
	do_with(session) \
	do_with(throttle) \
	do_with(break_glass) \
	do_with(clone) \
	do_with(colleague) \
	do_with(explain) \
	do_with(grant) \
	do_with(group) \
	do_with(membership) \
	do_with(organization) \
	do_with(profile) \
	do_with(request) \
	do_with(review) \
	do_with(substitute) \
	do_with(absence) \
	do_with(agenda) \
	do_with(appointment) \
	do_with(appointment_type) \
	do_with(closing) \
	do_with(find_slots) \
	do_with(hold) \
	do_with(opening) \
	do_with(reminder) \
	do_with(shifted_time) \
	do_with(slot_offer) \
	do_with(service_offer) \
	do_with(waiting_list) \
	do_with(directory) \
	do_with(erasure) \
	do_with(invitation) \
	do_with(patient) \
	do_with(registration) \
	do_with(account_merge) \
	do_with(appointment_archive) \
	do_with(cell) \
	do_with(cell_directory) \
	do_with(changes) \
	do_with(credentials) \
	do_with(delivery) \
	do_with(installation) \
	do_with(notice) \
	do_with(organization_table) \
	do_with(purge) \
	do_with(reference) \
	do_with(role)

#define DECLARE(file) extern const PaclStatementList pacl_##file##_statements;
FILES(DECLARE)

#define POINTER_TO(file) &pacl_##file##_statements,
static const PaclStatementList *const all_files[] = {FILES(POINTER_TO)};

static void
check(const char *file, const PaclStatement *statement,
	  PaclBrokenStatement report, void *state)
{
	const char *problem = pacl_statement_problem(statement);

	if (problem != NULL)
		report(state, file, statement->sql, problem);
}

static void
check_file(const PaclStatementList *list, PaclBrokenStatement report,
		   void *state)
{
	for (int i = 0; i < list->count; i++)
		for (int j = 0; j < list->items[i].count; j++)
			check(list->file, &list->items[i].first[j], report, state);
}

void
pacl_statement_check(PaclBrokenStatement report, void *state)
{
	for (int i = 0; i < lengthof(all_files); i++)
		check_file(all_files[i], report, state);
}
