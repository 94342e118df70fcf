/*
 * uuid.c
 *		Identifiers: UUID version 7 (RFC 9562, section 5.7).
 */
#include "postgres.h"

#include <sodium.h>
#include <sys/time.h>

#include "pure/uuid.h"

/* In a millisecond: what twelve bits tell. */
#define TICKS 4096

const pg_uuid_t pacl_nil_uuid = {{0}};

/*
 * 48 bits of milliseconds, 12 bits of the fraction of the millisecond (method
 * 3 of the RFC), 62 random bits.
 */
void
pacl_uuid_make(pg_uuid_t *id)
{
	struct timeval now;

	randombytes_buf(id->data, UUID_LEN);
	gettimeofday(&now, NULL);
	id->data[8] = 0x80 | (id->data[8] & 0x3F);
	pacl_uuid_set_tick(id, ((uint64) now.tv_sec * 1000 +
							now.tv_usec / 1000) * TICKS +
					   (uint64) (now.tv_usec % 1000) * TICKS / 1000);
}

uint64
pacl_uuid_tick(const pg_uuid_t *id)
{
	uint64		tick = 0;

	for (int i = 0; i < 6; i++)
		tick = tick << 8 | id->data[i];
	return tick * TICKS + (id->data[6] & 0x0F) * 256 + id->data[7];
}

void
pacl_uuid_set_tick(pg_uuid_t *id, uint64 tick)
{
	uint64		milliseconds = tick / TICKS;

	for (int i = 0; i < 6; i++)
		id->data[i] = (unsigned char) (milliseconds >> (40 - 8 * i));
	id->data[6] = 0x70 | (unsigned char) (tick % TICKS >> 8);
	id->data[7] = (unsigned char) tick;
}

int32
pacl_uuid_hour(const pg_uuid_t *id)
{
	return (int32) (pacl_uuid_tick(id) / TICKS / (1000 * SECS_PER_HOUR));
}

void
pacl_uuid_floor(pg_uuid_t *id, TimestampTz moment)
{
	const int64 epoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) *
		USECS_PER_DAY;
	uint64		milliseconds = Max(moment + epoch, 0) / 1000;

	memset(id->data, 0, UUID_LEN);
	for (int i = 0; i < 6; i++)
		id->data[i] = (unsigned char) (milliseconds >> (40 - 8 * i));
}

int
pacl_uuid_qsort_compare(const void *a, const void *b)
{
	return pacl_uuid_compare((const pg_uuid_t *) a, (const pg_uuid_t *) b);
}

char *
pacl_uuid_text(const pg_uuid_t *id)
{
	static const char digits[] = "0123456789abcdef";
	char	   *text = palloc(37);
	char	   *out = text;

	for (int i = 0; i < UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[id->data[i] >> 4];
		*out++ = digits[id->data[i] & 0x0F];
	}
	*out = '\0';
	return text;
}
