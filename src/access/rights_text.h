/*
 * rights_text.h
 *		Rights in documents: parsing, with errors that name what is valid.
 */
#ifndef PACL_RIGHTS_TEXT_H
#define PACL_RIGHTS_TEXT_H

#include "pure/rights.h"

struct Node;

extern PaclRights pacl_rights_read(const char *text, size_t len,
								   struct Node *escontext);
extern char *pacl_rights_text(PaclRights rights);

#endif							/* PACL_RIGHTS_TEXT_H */
