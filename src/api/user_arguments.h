/*
 * user_arguments.h
 *		The arguments that making and inviting a user have in common.
 */
#ifndef PACL_USER_ARGUMENTS_H
#define PACL_USER_ARGUMENTS_H

#include "postgres.h"
#include "fmgr.h"

#include "people/user_request.h"

/* Unpacks the first 13 arguments of create_user and invite_user. */
extern void pacl_arg_user_request(FunctionCallInfo fcinfo,
								  PaclUserRequest *request);

#endif							/* PACL_USER_ARGUMENTS_H */
