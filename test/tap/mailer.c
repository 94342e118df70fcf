/*
 * mailer.c
 *		The mailer's side of the sealed box, for tests: "mailer keys" prints a
 *		public and a secret key, "mailer open PUBLIC SECRET SEALED" what was
 *		sealed; all in hexadecimal but what was sealed.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static void
print_hex(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	unsigned char public[crypto_box_PUBLICKEYBYTES];
	unsigned char secret[crypto_box_SECRETKEYBYTES];
	unsigned char sealed[1024];
	unsigned char opened[1024];
	size_t		length;

	if (sodium_init() < 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "keys") == 0)
	{
		crypto_box_keypair(public, secret);
		print_hex(public, sizeof(public));
		print_hex(secret, sizeof(secret));
		return 0;
	}
	if (argc != 5 ||
		sodium_hex2bin(public, sizeof(public), argv[2], strlen(argv[2]),
					   NULL, NULL, NULL) != 0 ||
		sodium_hex2bin(secret, sizeof(secret), argv[3], strlen(argv[3]),
					   NULL, NULL, NULL) != 0 ||
		sodium_hex2bin(sealed, sizeof(sealed), argv[4], strlen(argv[4]),
					   NULL, &length, NULL) != 0 ||
		length < crypto_box_SEALBYTES ||
		crypto_box_seal_open(opened, sealed, length, public, secret) != 0)
		return 1;
	fwrite(opened, 1, length - crypto_box_SEALBYTES, stdout);
	return 0;
}
