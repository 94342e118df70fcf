-- Tenants and service offers: the operator's acts, and a full administrator's.
BEGIN;
SELECT plan(37);

CREATE ROLE organization_operator;
SELECT practiceacl.grant_operator('organization_operator');
CREATE ROLE organization_app;
SELECT practiceacl.grant_application('organization_app');

SET LOCAL ROLE organization_operator;
SELECT organization_id AS org, account_id AS boss, temporary_password AS password
FROM practiceacl.create_organization('  Clinic of the Park ', ' Boss@O.test ', 'Bo', 'Boss', 'be', 'europe/brussels') \gset
RESET ROLE;
SELECT isnt(:'password'::text, '', 'a temporary password is returned');
SELECT results_eq('SELECT name, country, time_zone, closed_at FROM practiceacl.organization',
    $$VALUES ('Clinic of the Park', 'BE', 'Europe/Brussels', NULL::timestamptz)$$, 'country and zone are written as they are called, names without blanks around');
SELECT results_eq('SELECT email, first_name, last_name, country, time_zone, first_used_at FROM practiceacl.account',
    $$VALUES ('boss@o.test', 'Bo', 'Boss', 'BE', 'Europe/Brussels', NULL::timestamptz)$$, 'the account is a member of the organization');
SELECT results_eq('SELECT account_id, admin, status FROM practiceacl.membership',
    format($$VALUES (%L::uuid, 'full', 'active')$$, :'boss'), 'and its full administrator');
SELECT results_eq('SELECT kind, recipient, payload->>''organization'' FROM practiceacl.outbox',
    $$VALUES ('welcome', 'boss@o.test', 'Clinic of the Park')$$, 'the welcome is queued');
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE payload::text LIKE '%' || :'password' || '%'), 0::bigint, 'without the password in clear');
SELECT results_eq('SELECT act, operator, actor_id, account_id FROM practiceacl.activity ORDER BY sequence',
    format($$VALUES ('organization.created', 'organization_operator', NULL::uuid, NULL::uuid), ('user.added', 'organization_operator', NULL, %L)$$, :'boss'),
    'recorded as the operator''s act');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE facts::text ~* 'boss|park'), 0::bigint, 'the facts have no names');
SELECT is((SELECT erased_with FROM practiceacl.activity_detail WHERE detail IS NOT NULL), :'boss'::uuid, 'the detail belongs to the account, to be erased with it');

SET LOCAL ROLE organization_operator;
SELECT throws_ok($$SELECT practiceacl.create_organization('Other', 'boss@o.test', 'X', 'Y')$$, '23505', 'an account with this address already exists', 'an existing account cannot be made an administrator');
SELECT throws_ok($$SELECT practiceacl.create_organization('Other', 'BOSS@O.TEST', 'X', 'Y')$$, '23505', NULL, 'whatever the case of the address');
SELECT throws_ok($$SELECT practiceacl.create_organization(' ', 'a@o.test', 'X', 'Y')$$, '22023', NULL, 'a blank name is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization(repeat('x', 201), 'a@o.test', 'X', 'Y')$$, '22023', NULL, 'a long name is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'a@o.test', '', 'Y')$$, '22023', NULL, 'a blank first name is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'nonsense', 'X', 'Y')$$, '22023', NULL, 'an invalid address is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'a@o.test', 'X', 'Y', 'FRA')$$, '22023', NULL, 'an invalid country is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'a@o.test', 'X', 'Y', 'FR', 'Europe/Nowhere')$$, '22023', NULL, 'an unknown time zone is refused');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'a@o.test', 'X', 'Y', 'FR', 'Foo/Bar-3')$$, '22023', NULL, 'a POSIX rule is refused as a time zone');
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'a@o.test', 'X', 'Y', 'FR', '')$$, '22023', NULL, 'an empty zone is refused');
SELECT lives_ok($$SELECT practiceacl.create_organization('A', 'gmt@o.test', 'X', 'Y', 'FR', 'Etc/GMT-14')$$, 'a zone with a fixed offset is allowed');
SELECT throws_ok($$SELECT practiceacl.create_organization(NULL, 'a@o.test', 'X', 'Y')$$, '22004', NULL, 'null is refused');
RESET ROLE;
INSERT INTO practiceacl.account (email, status, first_name, last_name) VALUES ('bad@o.test', 'blocked', 'B', 'B');
SELECT practiceacl.digest_emails() \g /dev/null
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'bad@o.test', 'X', 'Y')$$, 'PA030', NULL, 'a blocked account''s address is refused');

-- a full administrator
SELECT practiceacl.open_session(:'boss') AS token \gset
SELECT practiceacl.enter(:'token') \g /dev/null
SELECT set_config('test.org', :'org', true) \g /dev/null
SET LOCAL ROLE organization_app;
SELECT throws_ok($$SELECT practiceacl.create_organization('A', 'b@o.test', 'X', 'Y')$$, '42501', NULL, 'the application cannot create organizations');
SELECT lives_ok($$SELECT practiceacl.update_organization(current_setting('test.org')::uuid, '{"name": "Clinic", "country": "fr", "time_zone": "Indian/Reunion"}')$$, 'an administrator can change name, country and time zone');
SELECT results_eq('SELECT name, country, time_zone, admin FROM practiceacl.my_organizations', $$VALUES ('Clinic', 'FR', 'Indian/Reunion', 'full')$$, 'my_organizations shows the administrator the changes');
SELECT throws_ok($$SELECT practiceacl.update_organization(current_setting('test.org')::uuid, '{"nmae": "x"}')$$, '22023', 'unknown key "nmae" in changes', 'an unknown key is named');
SELECT throws_ok($$SELECT practiceacl.update_organization(current_setting('test.org')::uuid, '{"name": 7}')$$, '22023', '"name" in changes is not of the right kind', 'a value of the wrong type is refused');
SELECT throws_ok($$SELECT practiceacl.update_organization(current_setting('test.org')::uuid, '{"name": null}')$$, '22023', '"name" in changes must not be null', 'a null name is refused');
SELECT throws_ok($$SELECT practiceacl.update_organization(current_setting('test.org')::uuid, '[]')$$, '22023', NULL, 'an array is refused');
SELECT throws_ok($$SELECT practiceacl.update_organization(practiceacl.new_id(), '{}')$$, 'PT404', NULL, 'an unknown organization is refused');
RESET ROLE;

-- service offers
SET LOCAL ROLE organization_operator;
SELECT practiceacl.set_service_offer('basic', 'Basic', 49) \g /dev/null
SELECT practiceacl.set_service_offer('basic', 'Basic plus', 59.50) \g /dev/null
SELECT results_eq('SELECT * FROM practiceacl.service_offers', $$VALUES ('basic', 'Basic plus', 59.50)$$, 'setting an offer again changes it');
SELECT throws_ok($$SELECT practiceacl.set_service_offer('Basic!', 'x', 1)$$, '22023', NULL, 'a code with other characters is refused');
SELECT throws_ok($$SELECT practiceacl.set_service_offer('x', 'x', 'NaN')$$, '22023', NULL, 'a price of NaN is refused');
SELECT throws_ok($$SELECT practiceacl.set_service_offer('x', 'x', -1)$$, '22023', NULL, 'a negative price is refused');

-- closing
SELECT practiceacl.close_organization(:'org') \g /dev/null
RESET ROLE;
SELECT is((SELECT status FROM practiceacl.membership WHERE account_id = :'boss'), 'disabled', 'closing disables the members');
SELECT isnt_empty('SELECT FROM practiceacl.access_history WHERE kind = ''membership'' AND admin = ''full'' AND status = ''active''', 'their former state is in the history');
SELECT throws_ok(format('SELECT practiceacl.enter(%L)', :'token'), '28000', NULL, 'and their sessions have ended');

SELECT * FROM finish();
ROLLBACK;
