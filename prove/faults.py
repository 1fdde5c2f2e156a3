"""The faults: what is replaced by what, and the tests that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    path: str
    old: str
    """Stands there once."""
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def fault(name: str, path: str, old: str, new: str, *tests: str) -> Fault:
    return Fault(name, (Edit(f"twinweb/{path}", old, new),), tests)


LEAKS = "tests/contracts/test_leaks.py"
GUARDS = "tests/contracts/test_guards.py"
SIGN_IN = "tests/accounts/test_sign_in.py"
SECOND = "tests/accounts/test_second_factor.py"
FILES = "tests/attachments/test_files.py"
UPLOADS = "tests/attachments/test_uploads.py"
PASSKEYS = "tests/accounts/test_passkeys.py"
BROKEN = "tests/contracts/test_broken_database.py"
PEOPLE = "tests/participants/test_participants.py"

WHO_MAY = [
    fault(
        "any office reads drafts",
        "entries/policy.py",
        "if person.writes_for & (stake.shared_with | {stake.owner}):\n        return True",
        "if person.writes_for:\n        return True",
        f"{LEAKS}::test_what_is_hidden_is_answered_as_what_does_not_exist",
    ),
    fault(
        "reviewers read drafts",
        "entries/policy.py",
        "return person.reviews(stake.owner) and stake.state not in NEVER_SUBMITTED",
        "return person.reviews(stake.owner)",
        "tests/entries/test_who_acts.py::test_who_reads_what_is_not_approved",
    ),
    fault(
        "a reviewer of one governorate reviews all",
        "accounts/person.py",
        "return self.reviews_all or governorate in self.reviews_for",
        "return self.is_reviewer",
        f"{LEAKS}::test_what_is_hidden_is_answered_as_what_does_not_exist",
    ),
    fault(
        "one decides on ones own text",
        "entries/policy.py",
        "return person.id not in stake.editors and _may_review(person, stake)",
        "return _may_review(person, stake)",
        "tests/entries/test_who_acts.py::test_nobody_decides_on_what_they_wrote_even_when_they_are_a_reviewer_since",
    ),
    fault(
        "one decides for the office one writes for",
        "entries/policy.py",
        "return person.reviews(stake.owner) and not person.writes_for & (stake.shared_with | {stake.owner})",
        "return person.reviews(stake.owner)",
        "tests/entries/test_who_acts.py::test_who_writes_for_another_governorate_of_a_partnership_does_not_decide_on_it",
    ),
    fault(
        "roles of views are not asked",
        "accounts/gate.py",
        "if not person.roles & set(roles):",
        "if not person.roles:",
        "tests/admin/test_admin_views.py::test_nobody_else_reads_or_changes_anything_here",
    ),
    fault(
        "a view without a guard starts",
        "app.py",
        "    gate.refuse_unguarded_views(app)\n",
        "",
        f"{GUARDS}::test_a_view_that_does_not_say_who_is_let_in_keeps_the_program_from_starting",
    ),
    fault(
        "entries are opened for any office",
        "entries/commands.py",
        "    if owner not in by.writes_for:\n        raise NotAllowed\n    content",
        "    content",
        "tests/entries/test_who_acts.py::test_an_office_opens_entries_for_itself_alone",
    ),
    fault(
        "anybody gives roles",
        "accounts/commands.py",
        "    require_admin(by)\n    with transaction() as session:\n        if any(is_held",
        "    with transaction() as session:\n        if any(is_held",
        "tests/admin/test_users.py::test_only_admins_command",
    ),
    fault(
        "the last admin can go",
        "accounts/commands.py",
        "        _keep_an_admin(without=membership.user_id)",
        "        pass",
        "tests/admin/test_users.py::test_the_last_admin_stays",
    ),
]

LEAKING = [
    fault(
        "choices of a form name the drafts of other offices",
        "entries/relations.py",
        '.where(Entry.approved_id.is_(None), Entry.owner.concat("").in_(_OF_OFFICES))',
        ".where(Entry.approved_id.is_(None))",
        f"{LEAKS}::test_what_is_hidden_changes_no_page_of_anybody_else",
    ),
    fault(
        "a reference names what one may not read",
        "entries/relations.py",
        "        elif revision and _reads(by, entry, revision, kinds[entry.kind]):",
        "        elif revision:",
        f"{LEAKS}::test_a_reference_to_what_is_hidden_says_as_little_as_one_to_nothing",
    ),
    fault(
        "counts and the queue reach beyond a reviewers scope",
        "entries/desk.py",
        "        conditions.append(WaitingFacet.owner.in_(by.reviews_for))",
        "        pass",
        f"{LEAKS}::test_what_is_hidden_changes_no_page_of_anybody_else",
    ),
    fault(
        "the header counts what other offices have to mend",
        "entries/desk.py",
        ".where(Revision.state == State.RETURNED, Entry.owner.in_(by.writes_for))",
        ".where(Revision.state == State.RETURNED)",
        f"{LEAKS}::test_what_is_hidden_changes_no_page_of_anybody_else",
    ),
    fault(
        "the first page names what other offices have open",
        "entries/queries.py",
        "_OPEN_ROWS.where(Entry.owner.in_(by.writes_for), Revision.state.in_(OPEN))",
        "_OPEN_ROWS.where(Revision.state.in_(OPEN))",
        f"{LEAKS}::test_what_is_hidden_changes_no_page_of_anybody_else",
    ),
    fault(
        "lists and search show what waits for approval",
        "entries/moving.py",
        "    desk.enter(revision, kind, kind.card(facts_of(revision, kind)))",
        "    desk.enter(revision, kind, kind.card(facts_of(revision, kind)))\n"
        "    from twinweb.entries import catalogue as shown\n"
        "    if revision.entry.approved_id:\n"
        "        shown.enter(revision.entry, revision, kind.card(facts_of(revision, kind)))",
        "tests/search/test_search.py::test_only_what_is_approved_now_is_found",
    ),
    fault(
        "history tells of versions that were not approved",
        "entries/history.py",
        "if one.inside or (entry.approved_id and one.state in ONCE_APPROVED):",
        "if one.inside or entry.approved_id:",
        "tests/pages/test_past.py::test_readers_know_of_what_was_approved_alone",
    ),
    fault(
        "numbers of versions count what was returned",
        "entries/history.py",
        "case((Revision.state.in_(ONCE_APPROVED), 1), else_=0)",
        "case((Revision.number.is_not(None), 1), else_=0)",
        "tests/pages/test_past.py::test_no_number_tells_readers_of_a_version_that_they_may_not_see",
    ),
    fault(
        "what one may not see can be compared",
        "entries/history.py",
        "        one = Version(may_read(by, stake), *columns[:-1])",
        "        one = Version(True, *columns[:-1])",
        "tests/pages/test_past.py::test_what_one_may_not_see_cannot_be_compared",
    ),
    fault(
        "the form of a draft opens for other offices",
        "pages/drafts.py",
        "    if entry.owner not in person.writes_for:",
        "    if not person.writes_for:",
        f"{LEAKS}::test_what_is_hidden_is_answered_as_what_does_not_exist",
    ),
    fault(
        "the page of a conflict shows whatever draft the form names",
        "pages/views.py",
        "    revision = queries.open_revision(entry_id) or abort(404)\n    found = conflicts",
        '    revision = queries.revision(sent_number("revision")) or abort(404)\n    found = conflicts',
        f"{GUARDS}::test_no_page_of_a_conflict_opens_for_another_office",
    ),
    fault(
        "the digest by mail tells who has left",
        "notices/queries.py",
        "    return [Notice.user_id == by.id, or_(as_writer, and_(Notice.role == Role.REVIEWER, in_scope))]",
        "    return [Notice.user_id == by.id, or_(as_writer, in_scope, Notice.id > 0)]",
        "tests/inbox/test_digest.py::test_what_a_person_may_not_read_any_more_is_in_no_mail",
    ),
    fault(
        "notices of others open",
        "notices/commands.py",
        "select(Notice).where(Notice.id == notice_id, *shown_to(by))",
        "select(Notice).where(Notice.id == notice_id)",
        "tests/inbox/test_told_notices.py::test_nobody_reads_the_notices_of_another",
    ),
    fault(
        "files are had before their release",
        "attachments/queries.py",
        "return its.sees_all or file.state is FileState.RELEASED",
        "return bool(file)",
        f"{FILES}::test_a_file_that_is_not_released_is_there_for_its_office_and_reviewers_alone",
    ),
    fault(
        "small pictures are had before their release",
        "attachments/views.py",
        "    file = _readable(file_id, mark)\n    return _bytes(file.thumbnail",
        "    file = queries.file(file_id) or abort(404)\n    return _bytes(file.thumbnail",
        f"{LEAKS}::test_what_is_hidden_is_answered_as_what_does_not_exist",
    ),
    fault(
        "names of files are listed before their release",
        "attachments/queries.py",
        "return _files(query if its.sees_all else query.where(Attachment.state == FileState.RELEASED))",
        "return _files(query)",
        f"{LEAKS}::test_what_is_hidden_changes_no_page_of_anybody_else",
    ),
    fault(
        "one releases ones own file",
        "attachments/commands.py",
        "if attachment.uploaded_by_id == by.id or not may_approve",
        "if not may_approve",
        f"{FILES}::test_who_uploaded_a_file_does_not_release_it_even_as_a_reviewer_since",
    ),
    Fault(
        "readers get the names of participants",
        (
            Edit(
                "twinweb/pages/attending.py",
                """queries.listed(entry_id, asked_number("after")) if its.sees_all else ()""",
                """queries.listed(entry_id, asked_number("after"))""",
            ),
            Edit(
                "templates/participants/index.html",
                """{% if its.sees_all %}\n        <section""",
                """{% if true %}\n        <section""",
            ),
        ),
        (f"{PEOPLE}::test_names_are_for_the_office_and_its_reviewers_and_counts_for_all",),
    ),
    fault(
        "another office finds a participant by number",
        "pages/attending.py",
        "if not its.sees_all or participant.erased_at:",
        "if participant.erased_at:",
        "tests/contracts/test_who_may.py::test_cells",
    ),
    fault(
        "whoever is erased keeps job title and office",
        "participants/commands.py",
        'participant.name = participant.post = ""',
        'participant.name = ""',
        f"{PEOPLE}::test_erased_on_request_every_count_stays_and_nothing_tells_who_it_was",
    ),
    fault(
        "erasing takes the person out of the counts",
        "participants/commands.py",
        "        participant.erased_at = clock.now()\n",
        "        participant.erased_at = clock.now()\n        db.session.delete(participant)\n",
        f"{PEOPLE}::test_erased_on_request_every_count_stays_and_nothing_tells_who_it_was",
    ),
    fault(
        "the log tells texts of drafts",
        "entries/commands.py",
        'audit.record("save", kind.name, revision.entry_id, by_id=by.id, fields=changed)',
        'audit.record("save", kind.name, revision.entry_id, by_id=by.id, fields=[str(raw)])',
        "tests/entries/test_drafts.py::test_audit_keeps_the_names_of_changed_fields_and_none_of_the_text",
    ),
]

COMING_IN = [
    fault(
        "an answer of a passkey opens twice",
        "accounts/passkeys.py",
        "    _spend(answer)\n    still = ",
        "    still = ",
        f"{PASSKEYS}::test_an_answer_opens_once",
    ),
    fault(
        "any passkey is the second step of anybody",
        "accounts/passkeys.py",
        "if found is None or of_person not in (NOBODY, found.user_id):",
        "if found is None:",
        f"{PASSKEYS}::test_another_persons_passkey_is_no_second_step",
    ),
    fault(
        "a challenge to a passkey is good for ever",
        "accounts/passkeys.py",
        "if made is None or made < (clock.now() - LASTS).isoformat():",
        "if made is None:",
        f"{PASSKEYS}::test_an_answer_that_comes_late_opens_nothing",
    ),
    fault(
        "a passkey without finger or PIN is both steps",
        "accounts/passkeys.py",
        "require_user_verification=alone,",
        "require_user_verification=False,",
        f"{PASSKEYS}::test_instead_of_a_password_the_device_has_to_know_its_owner",
    ),
    fault(
        "a passkey opens a deactivated account",
        "accounts/passkeys.py",
        "if user.deactivated_at or user.demo",
        "if user.demo",
        f"{PASSKEYS}::test_who_is_deactivated_does_not_come_in",
    ),
    fault(
        "a phone to sign in by is changed without a proof",
        "accounts/views.py",
        '@bp.post("/account/phone")\n@allow(*Role)\n@proven(CRITICAL)\n',
        '@bp.post("/account/phone")\n@allow(*Role)\n',
        "tests/admin/test_persons.py::test_who_comes_by_an_open_browser_changes_no_phone",
    ),
    fault(
        "a one time code is good for ever",
        "accounts/queries.py",
        "return code if code and not code.used_at and code.expires_at > clock.now() else None",
        "return code if code and not code.used_at else None",
        f"{SIGN_IN}::test_a_code_is_good_for_fourteen_days",
    ),
    fault(
        "a code of the authenticator opens again",
        "accounts/factors.py",
        ".where(Authenticator.user_id == user_id, Authenticator.step < step)",
        ".where(Authenticator.user_id == user_id)",
        f"{SECOND}::test_each_code_opens_once",
    ),
    fault(
        "a recovery code opens again",
        "accounts/factors.py",
        "            RecoveryCode.used_at.is_(None),\n        )\n",
        "        )\n",
        f"{SECOND}::test_a_recovery_code_takes_its_place_once",
    ),
    fault(
        "the second step is left out",
        "accounts/sign_ins.py",
        "half = user.second_factor_since is not None and not user.demo",
        "half = False",
        f"{SECOND}::test_a_password_alone_opens_nothing_any_more",
    ),
    fault(
        "a half sign in is a whole one",
        "accounts/queries.py",
        "            SignIn.ended_at.is_(None),\n            ~SignIn.half,\n",
        "            SignIn.ended_at.is_(None),\n",
        f"{GUARDS}::test_a_half_sign_in_opens_nothing",
    ),
    fault(
        "critical acts ask for no fresh proof",
        "accounts/gate.py",
        "if last is None or clock.has_passed(last + within):",
        "if last is None:",
        "tests/accounts/test_own_sign_ins.py::test_what_matters_asks_an_admin_again_who_they_are",
    ),
    fault(
        "sign ins outlive a membership",
        "accounts/commands.py",
        "        end_all(membership.user_id)",
        "        pass",
        "tests/admin/test_users.py::test_ending_a_role_ends_the_sign_ins_at_once",
    ),
    fault(
        "sign ins outlive a change of the password",
        "accounts/sign_ins.py",
        "    end_all(user_id, but=but)\n",
        "",
        f"{SIGN_IN}::test_changing_the_password_asks_for_the_present_one_and_ends_other_sign_ins",
        "tests/inbox/test_forgotten.py::test_a_link_leads_to_a_new_password_and_ends_every_sign_in",
    ),
    fault(
        "signing out leaves a copied cookie good",
        "accounts/sign_ins.py",
        'values(ended_at=clock.now()))\n        audit.record("sign_out"',
        'values(last_used_at=clock.now()))\n        audit.record("sign_out"',
        f"{SIGN_IN}::test_signing_out_makes_a_copied_cookie_useless",
    ),
    fault(
        "the short idle limit is off",
        "accounts/queries.py",
        "if found.last_used_at <= now - person.idle:",
        "if sign_in.last_used_at > now:",
        "tests/accounts/test_own_sign_ins.py::test_a_sign_in_ends_unused_sooner_for_who_decides",
    ),
    fault(
        "a sign in has no end",
        "accounts/queries.py",
        '            SignIn.created_at > bindparam("begun_since"),\n',
        "",
        f"{SIGN_IN}::test_a_sign_in_ends_after_eight_hours_unused_and_after_twelve_at_all",
    ),
    fault(
        "guessing is not slowed",
        "accounts/throttle.py",
        "        if longest > now:",
        "        if longest is None:",
        "tests/accounts/test_pauses.py::test_pauses_grow_to_a_minute_whether_there_is_such_an_account_or_not",
    ),
    fault(
        "unknown names are answered sooner",
        "accounts/secrets.py",
        "    try:\n        return _hasher.verify(",
        "    if password_hash is None:\n        return False\n    try:\n        return _hasher.verify(",
        f"{SIGN_IN}::test_an_unknown_name_costs_as_much_as_a_wrong_password",
    ),
    fault(
        "demonstration accounts open in the real register",
        "accounts/sign_ins.py",
        "if user is None or user.deactivated_at or user.demo > demonstration:",
        "if user is None or user.deactivated_at:",
        f"{SIGN_IN}::test_a_demonstration_account_opens_in_a_demonstration_alone",
    ),
    fault(
        "common passwords are taken",
        "accounts/passwords.py",
        "        or any(is_listed(form) for form in _forms(folded))\n",
        "",
        "tests/accounts/test_passwords.py::test_a_password_that_many_would_think_of_is_refused",
    ),
    fault(
        "a form that was held opens for another person",
        "accounts/held.py",
        "form and form.user_id == user_id and form.at",
        "form and form.at",
        "tests/accounts/test_held.py::test_another_person_at_the_same_computer_sees_and_does_nothing_of_it",
    ),
    fault(
        "somebody elses sign in can be ended",
        "accounts/sign_ins.py",
        "if found is None or found.user_id != by.id or found.ended_at:",
        "if found is None or found.ended_at:",
        "tests/accounts/test_own_sign_ins.py::test_one_is_ended_and_only_ones_own",
    ),
    fault(
        "a failed sign in leaves no event",
        "accounts/sign_ins.py",
        '        audit.record("sign_in_failed", "user", user_id or "", by_id=None)',
        "        pass",
        f"{SIGN_IN}::test_a_failed_try_is_in_the_log_without_the_name_that_was_typed",
    ),
]

THE_LINE = [
    fault(
        "the key of a form is ignored",
        "submissions/once.py",
        "if person is None or not KEY.fullmatch(key) or (piece",
        "if person or not KEY.fullmatch(key) or (piece",
        "tests/submissions/test_once.py::test_a_new_entry_sent_twice_is_one_entry_and_one_answer",
    ),
    fault(
        "a key is everybodys",
        "submissions/attempts.py",
        "return Submission.user_id == self.user_id, Submission.key == self.key",
        "return Submission.key == self.key, Submission.key != ''",
        "tests/submissions/test_once.py::test_a_key_is_one_persons",
    ),
    fault(
        "a stale version is saved",
        "entries/moving.py",
        "if revision.version != seen.version and not wrote_it:",
        "if revision.version < seen.version and not wrote_it:",
        "tests/entries/test_drafts.py::test_saving_what_somebody_else_saved_meanwhile_is_refused",
    ),
    fault(
        "autosave writes over a colleague",
        "entries/moving.py",
        "wrote_it = on.form and on.form == revision.form and on.typed >= (revision.typed or 0)",
        "wrote_it = bool(on.form)",
        "tests/pages/test_keeping.py::test_what_another_form_saved_meanwhile_is_not_written_over",
    ),
    fault(
        "a decision is made on what was not seen",
        "attachments/commands.py",
        "    if attachment.version != seen:\n        raise Changed\n",
        "",
        f"{FILES}::test_a_reviewer_decides_on_what_they_saw",
    ),
    fault(
        "a submission leaves no event",
        "entries/commands.py",
        'audit.record("submit", kind.name, revision.entry_id, by_id=by.id, revision=revision.number)',
        "pass",
        "tests/entries/test_decisions.py::test_every_act_leaves_one_event_in_its_order",
    ),
    fault(
        "the chain of the log is not checked",
        "audit.py",
        "if seal.hash != seal_of(last.hash, sealed):",
        "if not seal.hash:",
        "tests/audit/test_chain.py::test_whoever_rewrites_the_log_is_found_out",
    ),
]

THE_WEB = [
    fault(
        "texts are not escaped",
        "app.py",
        '        "trim_blocks": True,\n',
        '        "trim_blocks": True,\n        "autoescape": False,\n',
        "tests/contracts/test_bad_input.py::test_markup_in_a_text_is_shown_as_text",
    ),
    Fault(
        "a name is trusted as markup",
        (Edit("templates/errors/error.html", '<p class="lede">', '<p class="lede">{{ request.path|safe }}'),),
        (f"{GUARDS}::test_no_template_trusts_what_people_typed",),
    ),
    fault(
        "signing in leads to other sites",
        "accounts/coming_in.py",
        '    return own_path(request.values.get("next")) or url_for("home.index")',
        '    return request.values.get("next") or url_for("home.index")',
        f"{SIGN_IN}::test_a_sign_in_leads_nowhere_else",
    ),
    fault(
        "choosing a language leads to other sites",
        "accounts/views.py",
        'done(own_path(request.form.get("next")) or',
        'done(request.form.get("next") or',
        "tests/web/test_language.py::test_a_choice_leads_nowhere_else",
    ),
    fault(
        "a form needs no token",
        "app.py",
        "    CSRFProtect(app).exempt(home.csp_report)\n",
        "    CSRFProtect(app).exempt(keeping.bp)\n",
        f"{GUARDS}::test_no_form_is_taken_without_its_token",
    ),
    fault(
        "browsers guess what a file is",
        "web/security.py",
        '"X-Content-Type-Options": "nosniff"',
        '"X-Content-Type-Options": "none"',
        f"{GUARDS}::test_every_answer_is_hardened",
    ),
    fault(
        "one reader's language is another's",
        "web/written.py",
        "written_in(locale().language, macro",
        'written_in("", macro',
        "tests/web/test_written.py::test_what_was_written_for_one_reader_says_nothing_of_them_to_the_next",
    ),
    fault(
        "names stay as they were read first",
        "reference/queries.py",
        "if register is not None and stood == register:",
        "if former.governorates:",
        "tests/admin/test_sectors.py",
    ),
    fault(
        "scripts of a page are allowed",
        "web/security.py",
        "script-src 'self';style-src",
        "script-src 'self' 'unsafe-inline';style-src",
        f"{GUARDS}::test_every_answer_is_hardened",
    ),
    fault(
        "pages may be kept by others on the way",
        "web/security.py",
        'CACHE = "private, no-cache"',
        'CACHE = "public, max-age=600"',
        f"{GUARDS}::test_every_answer_is_hardened",
    ),
    fault(
        "scripts read the cookie",
        "config.py",
        '"SESSION_COOKIE_HTTPONLY": True,',
        '"SESSION_COOKIE_HTTPONLY": False,',
        f"{GUARDS}::test_cookies_are_for_this_site_and_no_script",
    ),
    fault(
        "any name of the host is answered",
        "web/hosts.py",
        "        raise SecurityError\n",
        "        return\n",
        "tests/contracts/test_hostile_forms.py::test_who_calls_the_register_by_another_name_is_refused",
    ),
    fault(
        "anybody may say from where they come",
        "app.py",
        "ProxyFix(files, *[settings.proxies] * 3) if settings.proxies else files",
        "ProxyFix(files, *[settings.proxies or 1] * 3)",
        "tests/accounts/test_pauses.py::test_a_word_on_the_address_counts_from_trusted_proxies_alone",
    ),
    fault(
        "a copy of a page is good for another person",
        "pages/copies.py",
        '        g.known_by,\n        session["csrf_token"],\n',
        "        g.known_by[3:],\n",
        "tests/contracts/test_copies.py::test_a_tag_is_of_one_person_one_sign_in_one_region_and_one_address",
    ),
    fault(
        "a copy of a page is good for another language and region",
        "pages/copies.py",
        "        chosen_language(),\n        (is_htmx(), wanted_region()),\n",
        "",
        "tests/contracts/test_copies.py::test_a_tag_is_of_one_person_one_sign_in_one_region_and_one_address",
    ),
    fault(
        "ones own account is kept by the browser",
        "accounts/views.py",
        'if request.path.startswith(("/account/", "/login/")):',
        'if request.path.startswith("/login/"):',
        "tests/web/test_first_sheet.py::test_pages_of_ones_own_account_are_kept_by_nobody",
    ),
    fault(
        "signing out leaves drafts on the device",
        "accounts/views.py",
        '    response.headers["Clear-Site-Data"] = \'"storage"\'\n',
        "",
        f"{GUARDS}::test_signing_out_clears_what_the_page_kept_on_the_device",
    ),
]

THE_FILES = [
    fault(
        "files of any kind are taken",
        "attachments/content.py",
        "    if found is None:\n        raise Refused(Flaw.UNKNOWN)\n    return found",
        "    return found or Content.PDF",
        "tests/attachments/test_content.py::test_what_is_not_taken_is_refused_for_its_reason",
    ),
    fault(
        "a zip bomb is unpacked",
        "attachments/content.py",
        "    if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:\n"
        "        raise Refused(Flaw.PACKED)\n",
        "",
        "tests/attachments/test_content.py::test_what_is_not_taken_is_refused_for_its_reason",
    ),
    fault(
        "a packed form is unpacked however large it becomes",
        "web/compression.py",
        "unpacking.decompress(packed, most + 1)",
        "unpacking.decompress(packed)",
        "tests/web/test_packed.py::test_no_more_is_unpacked_than_a_form_may_be",
    ),
    fault(
        "a picture of any size is decoded",
        "attachments/photos.py",
        "if opened.width * opened.height > most_pixels:",
        "if opened.width < 0:",
        "tests/attachments/test_content.py::test_a_picture_of_too_many_pixels_is_refused_before_it_takes_memory",
    ),
    fault(
        "macros are taken",
        "attachments/content.py",
        "    if any(_MACROS.search(name) for name in names):\n        raise Refused(Flaw.MACROS)\n",
        "",
        "tests/attachments/test_content.py::test_what_is_not_taken_is_refused_for_its_reason",
    ),
    fault(
        "files open within the register",
        "attachments/views.py",
        "attachment; filename*=UTF-8''",
        "inline; filename*=UTF-8''",
        f"{FILES}::test_content_leaves_as_a_file_and_runs_nowhere",
    ),
    fault(
        "files may run scripts",
        "attachments/views.py",
        '    response.headers["Content-Security-Policy"] = STRICT\n',
        "",
        f"{FILES}::test_content_leaves_as_a_file_and_runs_nowhere",
    ),
]

TAKEN_AWAY = [
    fault(
        "the table of the log holds formulas",
        "admin/log_export.py",
        'return f"\'{cell}" if cell.startswith(BEGINS_FORMULA) else cell',
        "return cell",
        "tests/admin/test_audit.py::test_no_cell_of_the_table_is_a_formula",
    ),
    fault(
        "taking ones data away tells secrets",
        "inbox/own_data.py",
        'name: "…" if name.endswith(SECRET) else value',
        "name: value",
        "tests/inbox/test_own_data.py::test_no_secret_is_in_it",
    ),
    fault(
        "ones own data holds that of others",
        "inbox/own_data.py",
        '"activity": _rows(activity, activity.c.by_id == by.id),',
        '"activity": _rows(activity, activity.c.id > 0),',
        "tests/inbox/test_own_data.py::test_it_tells_of_oneself_and_of_nobody_else",
    ),
    fault(
        "a link to choose a password is good again",
        "accounts/resets.py",
        "            ResetLink.used_at.is_(None),\n",
        "",
        "tests/inbox/test_forgotten.py::test_a_link_leads_to_a_new_password_and_ends_every_sign_in",
    ),
    fault(
        "lines of the log can be forged",
        "web/logs.py",
        "return json.dumps(said, default=str)",
        'return json.dumps(said, default=str, ensure_ascii=False).replace("\\\\n", chr(10))',
        "tests/web/test_logs.py::test_nobody_forges_a_line",
    ),
]

STORE = "tests/attachments/test_store.py"
SOUND_FILES = "tests/attachments/test_sound_files.py"
ARCHIVE = "tests/upkeep/test_archive.py"

THE_STORE_AND_COPIES = [
    fault(
        "a store that does not answer holds every thread",
        "attachments/bucket.py",
        "            with self._breaker.turn(Silent):\n                return self._once(question)",
        "            return self._once(question)",
        f"{STORE}::test_a_store_that_never_answers_is_asked_by_two_at_once_and_after_that_by_nobody",
    ),
    fault(
        "a store that failed is asked again at once",
        "attachments/breaker.py",
        "            self._closed_until = time.monotonic() + self._pause\n",
        "",
        f"{STORE}::test_after_a_pause_a_store_is_asked_again",
    ),
    fault(
        "a command line gives up at the first failure",
        "attachments/bucket.py",
        "        for pause in TRIES_AGAIN:",
        "        for pause in ():",
        f"{STORE}::test_a_command_line_asks_again_what_failed_for_a_moment",
    ),
    fault(
        "content cut on its way is an error of ours",
        "attachments/bucket.py",
        "except (BotoCoreError, ResponseParserError, HTTPError, OSError) as error:",
        "except ResponseParserError as error:",
        f"{STORE}::test_whatever_a_broken_store_says_is_told_as_no_answer",
    ),
    fault(
        "an upload form loses what was typed when the store is away",
        "attachments/views.py",
        "    except NoStore as failure:\n        return _not_kept(shown, entry_id, failure, label)\n",
        "",
        f"{STORE}::test_a_form_keeps_what_was_typed_and_is_done_once_the_store_is_back",
    ),
    fault(
        "a file that was removed is said not to be",
        "attachments/commands.py",
        "    except NoStore as failure:\n        note(failure)  # it is removed",
        "    except ZeroDivisionError as failure:\n        note(failure)  # it is removed",
        f"{STORE}::test_a_file_is_removed_though_the_store_is_away",
    ),
    fault(
        "a check breaks off where the store is away",
        "attachments/soundness.py",
        "    except NoStore as failure:\n        yield",
        "    except ZeroDivisionError as failure:\n        yield",
        f"{SOUND_FILES}::test_a_check_says_that_the_store_is_away_and_goes_on",
    ),
    fault(
        "a file that goes meanwhile is a fault",
        "attachments/soundness.py",
        "        if commands.is_still_needed(sha256):\n            yield",
        "        if sha256:\n            yield",
        f"{SOUND_FILES}::test_a_file_that_is_removed_while_all_are_looked_at_is_no_fault",
    ),
    fault(
        "a copy without files ends well",
        "upkeep/operating.py",
        "    _refuse_incomplete(copied)\n",
        "",
        f"{SOUND_FILES}::test_tables_are_copied_whatever_is_with_the_store",
        f"{SOUND_FILES}::test_what_an_empty_bucket_lacks_is_named",
    ),
    fault(
        "a flipped byte of a copy is a traceback",
        "upkeep/archive.py",
        "    except Exception as error:\n        raise Damaged(name) from error",
        "    except (KeyError, zipfile.BadZipFile) as error:\n        raise Damaged(name) from error",
        f"{ARCHIVE}::test_a_flipped_byte_anywhere_is_refused_by_name_before_anything_is_written",
    ),
    fault(
        "a part that cannot be read passes for an empty one",
        "upkeep/archive.py",
        "        with _damage_of(name), archive.open(name) as part:",
        "        with __import__('contextlib').suppress(Exception), archive.open(name) as part:",
        f"{ARCHIVE}::test_a_flipped_byte_anywhere_is_refused_by_name_before_anything_is_written",
    ),
    fault(
        "a manifest of any shape is believed",
        "upkeep/manifest.py",
        "        _require(manifest._fits())\n",
        "",
        f"{ARCHIVE}::test_a_manifest_of_another_shape_is_refused",
    ),
    fault(
        "a copy is half brought back",
        "upkeep/archive.py",
        '    except BaseException:\n        downgrade(revision="base")\n        raise',
        "    except ZeroDivisionError:\n        raise",
        f"{ARCHIVE}::test_where_the_store_is_away_nothing_is_brought_back_and_it_can_be_done_again",
    ),
    fault(
        "the number of an error is not told to scripts",
        "web/logs.py",
        '        response.headers["X-Request-ID"] = request_id()  # for scripts, which show no page\n',
        "",
        "tests/web/test_logs.py::test_an_error_is_told_with_its_trace_under_the_number_that_the_page_shows",
    ),
    fault(
        "a full disk ends a copy with a traceback",
        "upkeep/operating.py",
        "    except OSError as error:",
        "    except ZeroDivisionError as error:",
        f"{ARCHIVE}::test_a_full_disk_ends_a_copy_with_a_line_and_leaves_nothing",
    ),
]

CROWDS = "tests/server/test_crowds.py"
ODD = "tests/server/test_odd_requests.py"
DOOR = "tests/server/test_door.py"
PROXIES = "tests/server/test_proxies.py"
WORK = "tests/web/test_work.py"

AT_THE_DOOR = [
    fault(
        "words in a query must be escaped",
        "web/door.py",
        "quote(scope.query_string, safe=ASCII)",
        "scope.query_string",
        f"{ODD}::test_words_that_are_sent_as_they_are_find_what_escaped_ones_find",
    ),
    fault(
        "a name that cannot be read passes for none",
        "web/door.py",
        '{_variable(name): [] for name in names if "_" not in name}',
        '{_variable(name): [] for name, _value in scope.headers.items() if "_" not in name}',
        f"{ODD}::test_a_strange_name_for_this_site_is_refused",
    ),
    fault(
        "the door fails in silence",
        "web/door.py",
        '            log.exception("the door failed")\n',
        "",
        f"{DOOR}::test_a_failure_of_the_door_is_answered_in_words_and_logged",
    ),
    fault(
        "what waited too long is begun all the same",
        "web/door.py",
        "if not done and turn.cancel():",
        "if not done and False:",
        f"{DOOR}::test_what_waited_too_long_for_its_turn_is_never_begun",
    ),
    fault(
        "passwords are judged where pages are made",
        "web/door.py",
        "queue = self._queues[self._work_of(scope.method, scope.path)]",
        "work = self._work_of(scope.method, scope.path)\n"
        "            queue = self._queues[Work.READS if work is Work.JUDGES else work]",
        f"{CROWDS}::test_a_crowd_that_signs_in_holds_up_no_list",
        f"{CROWDS}::test_who_finds_the_queue_of_sign_ins_full_is_told_so_in_words",
    ),
    fault(
        "what is sent waits where pages are made",
        "web/door.py",
        "queue = self._queues[self._work_of(scope.method, scope.path)]",
        "work = self._work_of(scope.method, scope.path)\n"
        "            queue = self._queues[Work.READS if work is Work.WRITES else work]",
        f"{CROWDS}::test_saves_that_wait_for_another_hold_up_no_list",
    ),
    fault(
        "any number waits to sign in",
        "web/door.py",
        "initializer=_step_back), JUDGES + MOST_JUDGED)",
        "initializer=_step_back))",
        f"{CROWDS}::test_who_finds_the_queue_of_sign_ins_full_is_told_so_in_words",
    ),
    fault(
        "a page waits for writers to note the sign in",
        "db.py",
        'connection.execution_options(writes="if free")',
        'connection.execution_options(writes="in turn")',
        f"{CROWDS}::test_a_list_waits_for_no_writer_to_note_that_the_sign_in_is_in_use",
    ),
    fault(
        "choosing a password is judged beside what is sent",
        "accounts/views.py",
        "@judges_passwords\ndef choose_password(",
        "def choose_password(",
        f"{WORK}::test_what_judges_a_password_waits_apart",
    ),
    fault(
        "a page writes among those that read",
        "pages/attending.py",
        "@writes\n",
        "",
        f"{WORK}::test_a_page_that_writes_says_so",
    ),
    fault(
        "a try that waited is told to pause",
        "accounts/throttle.py",
        "    with transaction() as session:\n        session.execute(delete(Tries)",
        "    with clock.at(clock.now()), transaction() as session:\n        session.execute(delete(Tries)",
        f"{CROWDS}::test_who_finds_the_queue_of_sign_ins_full_is_told_so_in_words",
    ),
    fault(
        "addresses of ipv6 keep their brackets",
        "web/door.py",
        'return host.removeprefix("[").removesuffix("]")',
        "return host",
        "tests/server/test_ipv6.py",
    ),
    fault(
        "all of ipv4 is one network to a server on ipv6",
        "accounts/throttle.py",
        'known = getattr(known, "ipv4_mapped", None) or known',
        "known = known",
        "tests/accounts/test_pauses.py::"
        "test_two_addresses_of_ipv4_stay_two_where_the_server_speaks_ipv6_alone",
    ),
    Fault(
        "nginx sends a code again",
        (Edit("deploy/nginx.conf", "proxy_next_upstream off;", "proxy_next_upstream error non_idempotent;"),),
        (f"{PROXIES}::test_nginx_sends_again_what_carries_a_key_and_no_way_of_coming_in",),
    ),
    Fault(
        "nginx loses what is sent while an instance stops",
        (
            Edit(
                "deploy/nginx.conf", "proxy_next_upstream error non_idempotent;", "proxy_next_upstream error;"
            ),
        ),
        (f"{PROXIES}::test_nginx_sends_again_what_carries_a_key_and_no_way_of_coming_in",),
    ),
]

WHEN_IT_FAILS = [
    fault(
        "pages of errors ask the database",
        "errors.py",
        '    g.setdefault("counts", Counts())\n',
        "",
        f"{BROKEN}::test_an_error_under_which_the_database_breaks_keeps_its_page_and_status",
    ),
    fault(
        "health looks who asks",
        "accounts/gate.py",
        "            g.person = None\n",
        "            pass\n",
        f"{BROKEN}::test_a_broken_database_leaves_the_process_alive_and_not_ready",
    ),
    fault(
        "a missing table passes for busy",
        "failures.py",
        "return Failure.BUSY if code & PRIMARY_CODE in SQLITE_BUSY else Failure.FAULT",
        "return Failure.BUSY",
        "tests/contracts/test_database_failures.py::test_a_missing_table_is_a_fault_with_its_trace_in_the_log",
    ),
    fault(
        "ready on a full disk",
        "upkeep/ready.py",
        "PAGES = 2",
        "PAGES = 2_000",
        "tests/upkeep/test_ready.py::test_a_full_disk_is_not_ready",
    ),
    fault(
        "saves go into a file that was taken away",
        "open_files.py",
        "        if self._replaced:\n            raise",
        "        if False:\n            raise",
        "tests/upkeep/test_open_files.py::test_nothing_is_acknowledged_of_a_file_that_was_taken_away",
    ),
    fault(
        "another key works on the register",
        "upkeep/same_key.py",
        "return noted is not None and not hmac.compare_digest(noted, _fingerprint())",
        "return False",
        "tests/upkeep/test_same_key.py::test_no_command_touches_the_register_with_another_key",
    ),
    fault(
        "machines set up at once",
        "turns.py",
        "            fcntl.flock(file, fcntl.LOCK_EX)\n",
        "",
        "tests/migrations/test_two_machines.py::test_machines_that_start_at_once_set_it_up_once",
    ),
]

MEANWHILE = "tests/accounts/test_meanwhile.py"
HELD = "tests/accounts/test_held.py"
NEVER_OWN = "tests/contracts/test_never_own.py"
WRONG_KINDS = "tests/contracts/test_wrong_kinds.py"

JUDGED_AND_ACTED_ON = [
    fault(
        "a sign-in under way outlives a new code",
        "accounts/sign_ins.py",
        "if user.deactivated_at or user.password_hash != judged.password_hash:",
        "if user.deactivated_at:",
        f"{MEANWHILE}::test_a_sign_in_under_way_does_not_outlive_what_ends_the_password",
    ),
    fault(
        "a link by mail outlives a new code",
        "accounts/sign_ins.py",
        "for once in (OneTimeCode, ResetLink):",
        "for once in (OneTimeCode,):",
        f"{MEANWHILE}::test_a_link_by_mail_opens_nothing_once_a_code_is_given",
    ),
    fault(
        "who acts is not looked at again",
        "accounts/gate.py",
        "if found is None or found.person.rights != person.rights:",
        "if not person:",
        f"{MEANWHILE}::test_nothing_is_written_for_an_office_after_it_was_left",
    ),
    fault(
        "a code opens twice",
        "accounts/sign_ins.py",
        "        if code:\n            code.used_at = clock.now()\n",
        "",
        f"{SIGN_IN}::test_a_code_opens_once",
    ),
    fault(
        "a code opens more than the page on which a password is chosen",
        "accounts/gate.py",
        "    if person.must_choose_password:\n        raise PasswordFirst\n",
        "",
        f"{SIGN_IN}::test_a_code_opens_nothing_but_the_page_on_which_a_password_is_chosen",
    ),
    fault(
        "a passkey that was taken off opens what it was asked for",
        "accounts/passkeys.py",
        "last_used_at=clock.now())).first():\n        raise WrongPasskey\n",
        "last_used_at=clock.now())).first():\n        pass\n",
        f"{PASSKEYS}::test_a_passkey_that_is_taken_off_meanwhile_opens_nothing",
    ),
    fault(
        "what waits is done before its person has seen it",
        "accounts/coming_in.py",
        'onward = url_for("accounts.resume", held=token, next=request.form.get("next"))',
        "return go_on_with_what_was_sent() or done(onward)",
        f"{HELD}::test_it_is_shown_to_its_writer_and_done_when_they_press_the_button",
    ),
    fault(
        "a file that is sent twice at once is taken for another one",
        "submissions/once.py",
        "        file.stream.seek(0)\n        found.append",
        "        found.append",
        "tests/submissions/test_once.py::test_a_file_that_is_sent_twice_at_once_is_taken_once_and_answered_the_same",
    ),
    fault(
        "what waits is thrown away before it is done",
        "accounts/held.py",
        "    if answer.status_code < HTTPStatus.BAD_REQUEST:\n        drop(token_hash)",
        "    if answer.status_code:\n        drop(token_hash)",
        f"{HELD}::test_what_we_could_not_do_waits_until_we_can",
    ),
    fault(
        "decisions are kept after somebody has signed out",
        "accounts/held.py",
        "return how is not None and not (has_signed_out and how.after_sign_out is AfterSignOut.REFUSED)",
        "return how is not None",
        f"{HELD}::test_after_somebody_signed_out_nobody_decides_in_their_name",
    ),
    fault(
        "acts of the desk look at the owner alone",
        "entries/queries.py",
        "return by.reviews(revision.entry.owner) and may(by, Act.APPROVE, stake(revision, kind))",
        "return by.reviews(revision.entry.owner) and revision.entry.owner not in by.writes_for",
        f"{NEVER_OWN}::test_no_act_of_the_desk_is_done_on_ones_own",
    ),
    fault(
        "one odd address ends the mail of the day",
        "inbox/digest.py",
        "    except Exception:\n        let_go()",
        "    except smtplib.SMTPException:\n        let_go()",
        "tests/inbox/test_digest.py::test_an_address_that_no_mail_can_be_made_for_costs_its_owner_alone",
    ),
    fault(
        "a mail at which the line goes ends the mail of the day",
        "inbox/digest.py",
        "        outcome.failed += 1\n        return _is_open(line)",
        "        outcome.failed += 1\n        raise",
        "tests/inbox/test_digest.py::test_a_mail_at_which_the_line_goes_keeps_nobody_else_from_theirs",
    ),
    fault(
        "a part without a name is read",
        "web/parts.py",
        "if not all([*request.form, *request.files]):",
        "if request.method == 'PUT':",
        f"{WRONG_KINDS}::test_a_part_without_a_name_is_told_before_anything_is_done",
    ),
    fault(
        "a file passes for a text",
        "web/parts.py",
        "        raise FileForText\n",
        "        return\n",
        f"{WRONG_KINDS}::test_a_file_where_a_text_belongs_is_told_and_nothing_is_saved",
    ),
    fault(
        "lists within lists are an error of ours",
        "accounts/passkeys.py",
        "LookupError, AttributeError, RecursionError)",
        "LookupError, AttributeError)",
        f"{PASSKEYS}::test_what_is_no_answer_of_a_passkey_is_refused",
    ),
]

ON_ANOTHER_MACHINE = [
    fault(
        "a proxy cannot ask a machine by its name",
        "web/hosts.py",
        "if request.path not in PROBES and urlsplit",
        "if urlsplit",
        "tests/upkeep/test_ready.py::test_a_proxy_asks_each_machine_by_the_name_of_that_machine",
    ),
    fault(
        "a command says nothing of a database that is away",
        "upkeep/operating.py",
        "            with _in_words(_settings().data_dir):\n                same_key.refuse_other_key()",
        "            same_key.refuse_other_key()",
        "tests/upkeep/test_same_key.py::test_a_database_that_is_away_is_told_with_what_to_look_at",
    ),
    fault(
        "check takes a database that is away for one of another schema",
        "upkeep/database.py",
        "    with db.engine.connect() as connection:\n        found = schemas.revision_of(connection)\n"
        "    if found != schemas.newest():",
        "    if not schemas.is_migrated():",
        "tests/upkeep/test_same_key.py::test_a_database_that_is_away_is_told_with_what_to_look_at",
    ),
]

TURNED_AGAINST_US = [
    fault(
        "a button's value is read by its beginning",
        "pages/views.py",
        '    if act == "submit":\n',
        '    if act.startswith("submit"):\n',
        f"{HELD}::test_what_does_not_say_that_it_would_be_sent_is_not_sent",
    ),
    fault(
        "a box is ticked without a value",
        "inbox/views.py",
        'bool(request.form.get("wanted"))',
        '"wanted" in request.form',
        f"{HELD}::test_no_box_is_ticked_by_what_is_not_shown",
    ),
    fault(
        "whatever address is kept",
        "accounts/held.py",
        "if len(request.path) > LONGEST_PATH or",
        "if",
        f"{HELD}::test_an_address_that_no_page_has_is_led_to_the_sign_in_page",
    ),
    fault(
        "any number of fields is kept",
        "accounts/held.py",
        " or number > MOST_FIELDS:",
        ":",
        f"{HELD}::test_no_more_fields_are_kept_than_a_form_has",
    ),
    fault(
        "what waits for a proof passes for a part of it",
        "accounts/held.py",
        "    audit.forget_acts()",
        "    audit.has_acted()",
        "tests/accounts/test_meanwhile.py"
        "::test_what_waits_for_a_proof_is_not_done_after_the_account_is_ended[sqlite-deactivate]",
    ),
    fault(
        "a piece is lost where the request is judged anew",
        "attachments/pieces.py",
        "request.get_data()",
        "request.get_data(cache=False)",
        f"{UPLOADS}::test_a_piece_is_kept_though_its_sender_is_given_another_role_meanwhile",
    ),
    fault(
        "a file that was read before passes for another",
        "submissions/once.py",
        "        file.stream.seek(0)\n        found.append",
        "        found.append",
        f"{UPLOADS}::test_a_file_sent_again_is_known_though_its_sender_was_given_another_role_meanwhile",
    ),
    fault(
        "the key of an upload is kept as it came",
        "attachments/pieces.py",
        'clean(told.get("key", ""))',
        'told.get("key", "")',
        f"{UPLOADS}::test_a_key_that_cannot_be_stored_is_cleaned",
    ),
]

FAULTS: tuple[Fault, ...] = (
    *WHO_MAY,
    *LEAKING,
    *COMING_IN,
    *THE_LINE,
    *THE_WEB,
    *THE_FILES,
    *TAKEN_AWAY,
    *THE_STORE_AND_COPIES,
    *AT_THE_DOOR,
    *WHEN_IT_FAILS,
    *JUDGED_AND_ACTED_ON,
    *ON_ANOTHER_MACHINE,
    *TURNED_AGAINST_US,
)
