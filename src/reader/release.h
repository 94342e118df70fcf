/*
 * release.h
 *		Whether the module and the objects of this database are of one release.
 *
 * A new module is loaded by every new connection as soon as its package is
 * installed, the objects follow with ALTER EXTENSION UPDATE, in each database
 * when its administrator runs it.  In between, whatever misses an object says
 * so in these words instead of its own.
 */
#ifndef PACL_RELEASE_H
#define PACL_RELEASE_H

/*
 * Returns if both are of the same release, or if the extension is not there;
 * else raises 55000, whose hint tells the way out.  Reads the catalog: to be
 * called where something has failed, not where everything goes well.
 */
extern void pacl_check_release(void);

#endif							/* PACL_RELEASE_H */
