-- The assistant: invited, invited again, accepted, disabled, deleted, and
-- invited again; and at every step what the list of invitations says.
BEGIN;
\ir support/people.psql
SELECT plan(44);

SELECT agenda_id AS agenda, account_id AS doctor, temporary_password AS word FROM practiceacl.create_user(
    :'centre', 'doctor@centre.test', 'Denis', 'Blanc', agenda => '{"data_controller": "Dr Blanc", "name": "Dr Blanc"}') \gset
SELECT keep('doctor', practiceacl.log_in('doctor@centre.test', :'word')) \g /dev/null
SELECT enter('doctor') \g /dev/null
SELECT practiceacl.change_password(:'word', 'doctor''s own words') \g /dev/null
SELECT enter('manager') \g /dev/null
\set list 'SELECT status, times_sent FROM practiceacl.invitation_status ORDER BY created_at, invitation_id'
\set access 'jsonb_build_array(jsonb_build_object(''agenda'', ''' :agenda ''', ''rights'', ''book''))'

-- "Invite": valid for three days.
SELECT invitation_id AS first, token AS lost FROM practiceacl.invite_user(:'centre', 'lucie@mail.test', 'Lucie', 'Noel',
    job_title => 'Assistant', access => :access, lifetime => '3 days') \gset
SELECT results_eq(:'list', $$VALUES ('pending', 1)$$, 'invited: pending, sent once');
SELECT results_eq('SELECT name, email, last_log_in_at FROM practiceacl.invitation_status',
    $$VALUES ('Lucie Noel', 'lucie@mail.test', NULL::timestamptz)$$, 'who is invited, and that they never logged in');

-- "Resend the invitation": Lucie has not found the mail.
SELECT token AS link FROM practiceacl.resend_invitation(:'first') \gset
SELECT results_eq(:'list', $$VALUES ('pending', 2)$$, 'invited again: pending, sent twice');
SELECT enter(NULL) \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'lost', 'lucie''s own words')), 'PA003',
    'the link in the first mail is no longer valid');
RESET ROLE;
SELECT is((SELECT count(*) FROM practiceacl.outbox WHERE kind = 'invitation' AND recipient = 'lucie@mail.test'), 2::bigint,
    'two mails were queued');
SET LOCAL ROLE :app;

-- "Accept": with the link of the second.
SELECT account_id AS lucie, keep('lucie', session) FROM practiceacl.accept_invitation(:'link', 'lucie''s own words', client => 'tablet') \gset
SELECT enter('lucie') \g /dev/null
SELECT practiceacl.book(:'agenda', '2058-03-04 09:00+01', patient => 'M. Robin') AS robin \gset
SELECT is((SELECT patient FROM practiceacl.calendar), 'M. Robin', 'Lucie books and reads');
SELECT enter('manager') \g /dev/null
SELECT results_eq(:'list', $$VALUES ('accepted', 2)$$, 'accepted');
SELECT isnt((SELECT last_log_in_at FROM practiceacl.invitation_status), NULL, 'with Lucie''s last log-in');

-- "Disable": Lucie is ill for a while.
SELECT practiceacl.disable_user(:'centre', :'lucie') \g /dev/null
SELECT results_eq(:'list', $$VALUES ('revoked', 2)$$, 'disabled: the invitation reads revoked');
SELECT is((SELECT status FROM practiceacl.user_directory WHERE account_id = :'lucie'), 'disabled', 'and so does the list of users');
SELECT is(refusal($$SELECT enter('lucie')$$), '28000', 'Lucie''s session has ended at once');
SELECT enter(NULL) \g /dev/null
SELECT is(practiceacl.log_in('lucie@mail.test', 'lucie''s own words'), NULL, 'Lucie cannot log in');
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'link', 'lucie''s own words')), 'PA002', 'nor accept by the old link');
SELECT enter('doctor') \g /dev/null
SELECT is((SELECT patient FROM practiceacl.calendar), 'M. Robin', 'what Lucie has booked stays');
SELECT enter('manager') \g /dev/null
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'lucie@mail.test', 'Lucie', 'Noel')), '23505',
    'a disabled user cannot be invited');
SELECT practiceacl.enable_user(:'centre', :'lucie') \g /dev/null
SELECT results_eq(:'list', $$VALUES ('accepted', 2)$$, 'enabled again: accepted again');
SELECT enter(NULL) \g /dev/null
SELECT keep('lucie', practiceacl.log_in('lucie@mail.test', 'lucie''s own words')) \g /dev/null
SELECT enter('lucie') \g /dev/null
SELECT is(practiceacl.rights_on(:'agenda')::text, 'book', 'with the same rights as before');

-- "Delete": Lucie leaves.
SELECT enter('manager') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.remove_user(:'centre', :'lucie')), 0::bigint, 'deleted: Lucie held no agenda with appointments');
SELECT results_eq(:'list', $$VALUES ('revoked', 2)$$, 'the invitation reads revoked');
SELECT is((SELECT count(*) FROM practiceacl.user_directory WHERE account_id = :'lucie'), 0::bigint, 'Lucie is on no list of users');
SELECT is((SELECT count(*) FROM practiceacl.access_matrix WHERE account_id = :'lucie'), 0::bigint, 'and has no access');
SELECT is(refusal($$SELECT enter('lucie')$$), '28000', 'nor a session');
SELECT enter('doctor') \g /dev/null
SELECT is((SELECT patient FROM practiceacl.calendar), 'M. Robin', 'what Lucie booked still stays');
SELECT is((SELECT actor_id FROM practiceacl.activity WHERE act = 'appointment.booked' AND subject_id = :'robin'), :'lucie'::uuid,
    'and is recorded as Lucie''s');

-- "Invite again": Lucie comes back, and remembers the password.
SELECT enter('manager') \g /dev/null
SELECT invitation_id AS second, token AS link FROM practiceacl.invite_user(:'centre', 'lucie@mail.test', 'Lucie', 'Noel-Roy',
    job_title => 'Head assistant', access => :access) \gset
SELECT results_eq(:'list', $$VALUES ('revoked', 2), ('pending', 1)$$, 'invited again, beside the old one');
SELECT enter(NULL) \g /dev/null
SELECT results_eq(format('SELECT account_id FROM practiceacl.accept_invitation(%L, %L)', :'link', 'another''s words'), 'VALUES (NULL::uuid)',
    'somebody who found the mail does not know Lucie''s password');
SELECT account_id, keep('lucie', session) FROM practiceacl.accept_invitation(:'link', 'lucie''s own words', 'Lucy', 'Changed') \gset back_
SELECT is(:'back_account_id'::uuid, :'lucie'::uuid, 'Lucie comes back to the same account');
SELECT enter('lucie') \g /dev/null
SELECT results_eq('SELECT first_name, last_name, job_title FROM practiceacl.user_directory WHERE account_id = practiceacl.current_account()',
    $$VALUES ('Lucie', 'Noel', 'Head assistant')$$, 'in another position; the name of the account did not change');
SELECT is((SELECT patient FROM practiceacl.calendar), 'M. Robin', 'and the earlier appointment is there');
SELECT enter('manager') \g /dev/null
SELECT results_eq(:'list', $$VALUES ('revoked', 2), ('accepted', 1)$$, 'the old one stays revoked');
SELECT practiceacl.delete_invitation(:'first') \g /dev/null
SELECT results_eq(:'list', $$VALUES ('accepted', 1)$$, 'until it is deleted from the list');

-- An assistant who declines, one who lets it lapse, one who was a mistake
SELECT token AS declined FROM practiceacl.invite_user(:'centre', 'maud@mail.test', 'Maud', 'Mercier') \gset
SELECT invitation_id AS lapsed FROM practiceacl.invite_user(:'centre', 'nina@mail.test', 'Nina', 'Nicolas', lifetime => '1 second') \gset
SELECT invitation_id AS mistake, token AS mistaken FROM practiceacl.invite_user(:'centre', 'olga@mial.test', 'Olga', 'Olivier') \gset
SELECT enter(NULL) \g /dev/null
SELECT practiceacl.decline_invitation(:'declined') \g /dev/null
SELECT pg_sleep(1.05) \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT practiceacl.revoke_invitation(:'mistake') \g /dev/null
SELECT set_eq('SELECT email, status FROM practiceacl.invitation_status',
    $$VALUES ('lucie@mail.test', 'accepted'), ('maud@mail.test', 'declined'), ('nina@mail.test', 'expired'), ('olga@mial.test', 'revoked')$$,
    'the list tells them apart');
SELECT practiceacl.resend_invitation(:'lapsed') \g /dev/null
SELECT is((SELECT status FROM practiceacl.invitation_status WHERE invitation_id = :'lapsed'), 'pending', 'what has expired is sent again');
SELECT is(refusal(format('SELECT practiceacl.accept_invitation(%L, %L)', :'mistaken', 'olga''s own words')), 'PA003',
    'a revoked invitation cannot be accepted');
SELECT is((SELECT count(*) FROM practiceacl.user_directory), 3::bigint, 'and the centre is the manager, the doctor and Lucie');

-- Nobody else sees any of it
SELECT enter('lucie') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.invitation_status), 0::bigint, 'an assistant sees no invitation, not even their own');
SELECT enter('doctor') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.invitation_status), 0::bigint, 'nor does a doctor');

-- The record
RESET ROLE;
SELECT results_eq(format($$SELECT act FROM practiceacl.activity WHERE chain = %L
        AND (subject_id = %L OR account_id = %L) ORDER BY sequence$$, :'centre', :'first', :'lucie'),
    $$VALUES ('invitation.created'), ('invitation.resent'), ('invitation.accepted'), ('user.added'), ('user.disabled'),
             ('user.enabled'), ('user.removed'), ('invitation.accepted'), ('user.added'), ('invitation.deleted')$$,
    'the record has every step');
SELECT is((SELECT count(*) FROM practiceacl.activity a LEFT JOIN practiceacl.activity_detail d USING (organization_id, chain, sequence)
           WHERE a::text || coalesce(d.detail, '') LIKE '%' || :'link' || '%'
              OR a::text || coalesce(d.detail, '') LIKE '%own words%'), 0::bigint, 'without a token or a password');
SELECT is((SELECT count(*) FROM practiceacl.activity WHERE facts::text LIKE '%Lucie%' OR facts::text LIKE '%mail.test%'), 0::bigint,
    'and by id alone');
SELECT is((SELECT count(*) FROM practiceacl.verify_activity(:'centre') WHERE first_broken IS NOT NULL), 0::bigint, 'unbroken');

-- Lucie has the account erased: the list drops the name, the record stays whole.
SET LOCAL ROLE :app;
SELECT enter('lucie') \g /dev/null
SELECT practiceacl.reauthenticate('lucie''s own words') \g /dev/null
SELECT practiceacl.delete_account() \g /dev/null
SELECT enter('manager') \g /dev/null
SELECT is((SELECT count(*) FROM practiceacl.invitation_status WHERE email LIKE 'lucie%' OR name LIKE 'Lucie%'), 0::bigint,
    'once the account is erased, no list shows its name');
SELECT is(refusal(format('SELECT practiceacl.invite_user(%L, %L, %L, %L)', :'centre', 'lucie@mail.test', 'Lucie', 'Noel')), 'PA030',
    'and the address is blocked');
SELECT is((SELECT count(*) FROM practiceacl.verify_activity(:'centre') WHERE first_broken IS NOT NULL), 0::bigint, 'the record is unbroken');

SELECT * FROM finish();
ROLLBACK;
