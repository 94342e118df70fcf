-- A password is the same however a keyboard writes it.
BEGIN;
\ir support/people.psql
SELECT plan(18);

-- "mémé et pépé" taken apart (as macOS writes it), composed, and in wide letters.
SELECT 'me' || U&'\0301' || 'me' || U&'\0301' || ' et pe' || U&'\0301' || 'pe' || U&'\0301' AS apart,
       'mémé et pépé' AS composed, 'ｍémé　ｅｔ pépé' AS wide \gset
SELECT isnt(:'apart'::text, :'composed'::text, 'two texts');
SELECT enter('manager') \g /dev/null
SELECT account_id AS dora, temporary_password AS word FROM practiceacl.create_user(:'centre', 'dora@centre.test', 'Dora', 'Doc') \gset
SELECT keep('dora', practiceacl.log_in('dora@centre.test', :'word', 'mac')) \g /dev/null
SELECT enter('dora') \g /dev/null
SELECT practiceacl.change_password(:'word', :'apart') \g /dev/null
SELECT isnt(practiceacl.log_in('dora@centre.test', :'composed', 'pc'), NULL, 'chosen on one system, it opens on another');
SELECT isnt(practiceacl.log_in('dora@centre.test', :'apart', 'mac'), NULL, 'and where it was chosen');
SELECT isnt(practiceacl.log_in('dora@centre.test', :'wide', 'ime'), NULL, 'and with a keyboard of wide letters and blanks');
SELECT is(practiceacl.log_in('dora@centre.test', 'meme et pepe', 'pc'), NULL, 'an accent is not nothing');
SELECT is(practiceacl.log_in('dora@centre.test', 'Mémé et pépé', 'pc'), NULL, 'nor is case');
SELECT is(practiceacl.log_in('dora@centre.test', 'mémé  et pépé', 'pc'), NULL, 'nor a second blank');
SELECT isnt(practiceacl.reauthenticate(:'composed'), NULL, 'one reauthenticates with either');
SELECT lives_ok(format('SELECT practiceacl.change_password(%L, %L)', :'composed', 'ﬁne ﬁgs of the orchard'), 'and changes it');
SELECT isnt(practiceacl.log_in('dora@centre.test', 'fine figs of the orchard', 'pc'), NULL, 'a ligature is its letters');

-- An invitation
SELECT enter('manager') \g /dev/null
SELECT token AS link FROM practiceacl.invite_user(:'centre', 'zoe@people.test', 'Zoé', 'Zed') \gset
SELECT enter(NULL) \g /dev/null
SELECT isnt((SELECT session FROM practiceacl.accept_invitation(:'link', :'apart')), NULL, 'whoever accepts an invitation with it');
SELECT isnt(practiceacl.log_in('zoe@people.test', :'composed', 'pc'), NULL, 'logs in with it');

-- How long it is
SELECT enter('dora') \g /dev/null
SELECT throws_ok(format('SELECT practiceacl.change_password(%L, %L)', 'fine figs of the orchard', 'e' || repeat(U&'\0301e', 6)), '22023', 'password is too short',
    'accents make no password longer');
SELECT throws_ok(format('SELECT practiceacl.change_password(%L, %L)', 'fine figs of the orchard', U&'\FDFA'), '22023', 'password is too short',
    'nor does one sign that stands for eighteen');

-- Hashes from before were made of the text as it came: they still open with it.
RESET ROLE;
UPDATE practiceacl.password SET hash = '$argon2id$v=19$m=8,t=1,p=1$2pU4IdifWrAbiGf1yHiw3w$RGBhkgZnfcCXFu4GvCAph329l8/0bjmTu8cdR4KpVRY' WHERE account_id = :'dora';
SET LOCAL ROLE :app;
SELECT enter(NULL) \g /dev/null
SELECT isnt(practiceacl.log_in('dora@centre.test', :'apart', 'mac'), NULL, 'an older hash of a text taken apart opens with that text');
SELECT is(practiceacl.log_in('dora@centre.test', :'composed', 'pc'), NULL, 'and no other, as before');
SELECT is(practiceacl.log_in('dora@centre.test', :'apart' || 'x', 'pc'), NULL, 'nor with a wrong one');
SELECT is(practiceacl.log_in('nobody@centre.test', :'apart', 'pc'), NULL, 'as for nobody');

SELECT * FROM finish();
ROLLBACK;
