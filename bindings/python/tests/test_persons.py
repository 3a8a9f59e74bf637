"""Persons as support reads them, what is known of one, and changes of addresses and numbers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from market import (
    ADAM,
    EVE,
    LOGIN,
    USD,
    email,
    open_market,
    policy,
    profile,
    refused,
    register,
    secret_of,
)

import escrowdb
from escrowdb import (
    Actor,
    Channel,
    Clock,
    ContactChangeState,
    Correction,
    CorrectionState,
    DocumentKind,
    Durability,
    Evidence,
    EvidenceKind,
    LetterKind,
    NewWallet,
    WalletStatus,
)

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
NEW = "alice@new.example"


@pytest.fixture
def store(path):
    with escrowdb.open(path, clock=Clock.MANUAL, durability=Durability.PROCESS) as store:
        store.advance(START)
        yield store


@pytest.fixture
def wallets(store):
    return open_market(store)


def test_registration_says_what_is_missing(wallets) -> None:
    assert wallets.registration(101) is None
    wallets.begin_registration(101, email(1), captcha_ok=True)
    seen = wallets.registration(101)
    assert (seen.person, seen.address_is_confirmed, seen.is_complete) == (101, False, False)
    assert [(one.kind, one.version) for one in wallets.missing_consents(101)] == [("terms", "1")]
    assert seen.consents_missing == 1
    assert seen.until > seen.resend_from > seen.begun_at
    wallets.confirm_address(secret_of(wallets, LetterKind.CONFIRM_ADDRESS))
    wallets.set_profile(101, profile())
    wallets.set_login_password(101, LOGIN)
    assert wallets.registration(101).has_profile
    wallets.set_consent(101, "terms", "1")
    assert wallets.registration(101).is_complete
    assert wallets.missing_consents(101) == []


def test_support_finds_and_reads_a_person(wallets) -> None:
    register(wallets)
    refused(WalletStatus.PERSON_NOT_FOUND, wallets.find_persons, "nobody@example.org", EVE)
    refused(WalletStatus.ACTOR_MUST_BE_NAMED, wallets.find_persons, email(1), Actor.customer())
    (found,) = wallets.find_persons(email(1).upper(), EVE)
    assert (found.person, found.is_registering, found.address_is_confirmed) == (101, False, True)
    refused(WalletStatus.CASE_NOT_FOUND, wallets.show_person, 101, EVE, case=7)
    shown = wallets.show_person(101, EVE)
    assert (shown.email, shown.phone) == (email(1), profile().phone)
    assert shown.document_kind is DocumentKind.PASSPORT
    assert email(1) not in repr(shown)
    assert "Alice" not in repr(shown)


def test_export_is_as_its_schema_says(wallets) -> None:
    register(wallets)
    wallets.leave_note(101, "asked for the blue chair", EVE)
    text = wallets.export_person(101, Actor.customer())
    document = json.loads(text)
    assert set(document) == set(escrowdb.person_export_schema()["properties"])
    assert document["email"] == email(1)
    assert document["notes"][0]["text"] == "asked for the blue chair"
    assert "eve" not in {entry["by"] for entry in document["trail"]}
    refused(WalletStatus.PERSON_NOT_FOUND, wallets.export_person, 5, EVE)


def test_a_customer_changes_address_and_number(wallets) -> None:
    register(wallets)
    wallets.begin_contact_change(101, Channel.EMAIL, NEW)
    refused(WalletStatus.TOKEN_MUST_BE_VALID, wallets.confirm_email_change, "no token")
    token = secret_of(wallets, LetterKind.CONFIRM_NEW_ADDRESS)
    assert wallets.confirm_email_change(token) == 101
    (change,) = wallets.contact_changes(101)
    assert change.state is ContactChangeState.COOLING_DOWN
    assert (change.person, change.channel) == (101, Channel.EMAIL)
    assert wallets.log_in(NEW, LOGIN) == 101
    late = refused(
        WalletStatus.CHANGE_IS_UNDER_WAY, wallets.begin_contact_change, 101, Channel.EMAIL, "a@b.c"
    )
    assert late.until == change.until
    stop = secret_of(wallets, LetterKind.CONTACT_CHANGED)
    assert wallets.stop_contact_change_by_link(stop) == 101
    assert wallets.contact_changes(101) == []
    assert wallets.show_person(101, EVE).email == email(1)

    wallets.begin_contact_change(101, Channel.PHONE, "+351 1")
    code = secret_of(wallets, LetterKind.CONFIRM_NEW_PHONE)
    refused(WalletStatus.CODE_MUST_MATCH, wallets.confirm_phone_change, 101, "1")
    wallets.confirm_phone_change(101, code)
    assert wallets.show_person(101, EVE).phone == "+351 1"
    wallets.stop_contact_change(101, Channel.PHONE, EVE)
    refused(WalletStatus.CHANGE_NOT_FOUND, wallets.stop_contact_change, 101, Channel.PHONE, EVE)
    assert wallets.upkeep().contact_changes == 0


def test_a_lost_mailbox_comes_back(wallets) -> None:
    register(wallets)
    refused(
        WalletStatus.CORRECTION_MUST_CHANGE_SOMETHING,
        wallets.open_correction,
        7,
        101,
        Correction(),
        EVE,
    )
    wanted = Correction(email=NEW)
    assert NEW not in repr(wanted)
    wallets.open_correction(7, 101, wanted, EVE)
    refused(WalletStatus.EVIDENCE_MUST_BE_GIVEN, wallets.approve_correction, 7, ADAM)
    scan = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/7")
    wallets.add_correction_evidence(7, scan, EVE)
    refused(WalletStatus.REVIEWER_MUST_BE_ANOTHER, wallets.approve_correction, 7, EVE)
    (waiting,) = wallets.open_corrections()
    assert (waiting.id, waiting.person, waiting.state) == (7, 101, CorrectionState.SUBMITTED)
    assert (waiting.changes, waiting.opened_by, waiting.evidence) == ("email", "eve", 1)
    assert wallets.open_corrections(after=7) == []

    shown = wallets.show_correction(7, ADAM)
    assert (shown.email, shown.name, shown.document_kind) == (NEW, "", None)
    assert [piece.reference for piece in shown.evidence] == ["scans/7"]
    assert "scans/7" not in repr(shown)
    wallets.approve_correction(7, ADAM)
    (change,) = wallets.contact_changes(101)
    assert change.correction == 7
    assert wallets.show_person(101, EVE, case=7).email == email(1), "not confirmed yet"
    token = secret_of(wallets, LetterKind.CONFIRM_NEW_ADDRESS)
    assert wallets.confirm_email_change(token) == 101
    assert wallets.show_person(101, EVE).email == NEW
    done = wallets.correction_case(7)
    assert (done.state, done.reviewer) == (CorrectionState.APPROVED, "adam")
    refused(WalletStatus.CASE_MUST_BE_AT_THIS_STEP, wallets.refuse_correction, 7, EVE)
    assert wallets.correction_case(8) is None


def of_age(policy) -> None:
    policy["identity"]["registration"]["minimum_age"] = 18


def test_a_minimum_age_is_judged_by_the_birth_date(store) -> None:
    wallets = open_market(store, policy=policy(of_age))
    wallets.begin_registration(101, email(1), captcha_ok=True)
    wallets.confirm_address(secret_of(wallets, LetterKind.CONFIRM_ADDRESS))
    refused(WalletStatus.BIRTH_DATE_MUST_BE_GIVEN, wallets.set_profile, 101, profile())
    born = profile(birth_date="28.02.1990")
    refused(WalletStatus.BIRTH_DATE_MUST_BE_VALID, wallets.set_profile, 101, born)
    assert not wallets.registration(101).has_profile
    young = profile(birth_date="2008-03-02")
    assert "2008" not in repr(young)
    wallets.set_profile(101, young)
    wallets.set_login_password(101, LOGIN)
    wallets.set_consent(101, "terms", "1")
    new = NewWallet(1001, account=2001, ledger=USD, code=200)
    refused(WalletStatus.PERSON_IS_UNDERAGE, wallets.submit_registration, 101, new)
    # Her birthday is the next day.
    store.advance(START + timedelta(days=1))
    wallets.submit_registration(101, new)
    assert wallets.show_person(101, EVE).birth_date == "2008-03-02"


def test_a_birth_date_is_corrected_by_evidence(wallets) -> None:
    register(wallets)
    assert wallets.show_person(101, EVE).birth_date == ""
    wanted = Correction(birth_date="2026-03-02")
    refused(WalletStatus.BIRTH_DATE_MUST_BE_VALID, wallets.open_correction, 7, 101, wanted, EVE)
    wallets.open_correction(7, 101, Correction(birth_date="1990-02-28"), EVE)
    scan = Evidence.of_scan(EvidenceKind.PASSPORT, b"a scan", reference="scans/7")
    wallets.add_correction_evidence(7, scan, EVE)
    assert wallets.show_correction(7, ADAM).birth_date == "1990-02-28"
    wallets.approve_correction(7, ADAM)
    assert wallets.correction_case(7).changes == "birth_date"
    shown = wallets.show_person(101, EVE)
    assert shown.birth_date == "1990-02-28"
    assert "1990" not in repr(shown)
    document = json.loads(wallets.export_person(101, Actor.customer()))
    assert document["profile"]["birth_date"] == "1990-02-28"
