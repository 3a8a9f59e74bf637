// Written by the tests of the ABI.
macro_rules! structs {
    ($with:ident, $first:ident) => {
        $with! { $first,
            crate::status::escrow_error as escrow_error { struct_size, status, message }
            crate::number::escrow_u128 as escrow_u128 { lo, hi }
            crate::number::escrow_i128 as escrow_i128 { lo, hi }
            escrow::Ledger as escrow_ledger { number, scale, code, created_at, posted, pending, reserved }
            escrow::Balances as escrow_balances { debits_pending, debits_posted, credits_pending, credits_posted }
            escrow::Account as escrow_account { id, balances, user_data_128, user_data_64, created_at, ledger, flags, open_holds, code, reserved }
            escrow::Operation as escrow_operation { id, debit_account, credit_account, target, amount, fee_account, user_data_128, user_data_64, timestamp, expected_version, timeout_seconds, fee_ppm, ledger, flags, data_offset, value_length, key_length, space_length, code, kind, at_deadline, reserved, fee_fixed, reserved_more, value_date }
            crate::operation::escrow_operation_record as escrow_operation_record { operation, timestamp, status, reserved, amount, fee, rest, reversed }
            escrow::Outcome as escrow_outcome { timestamp, status, first_status, amount, fee, held, version, reserved, debit, credit }
            escrow::Hold as escrow_hold { id, payer, payee, fee_account, amount, held, released, refunded, paid, fee, reversed, user_data_128, user_data_64, created_at, changed_at, deadline, disputed_at, time_left, ledger, fee_ppm, code, phase, at_deadline, default_before, claimed, fee_fixed, fee_base, reserved }
            crate::options::escrow_open_options as escrow_open_options { struct_size, mode, durability, clock, cache_bytes, segment_bytes, preallocate_bytes, index_user_data, file_access, store_id, submissions_bytes_max, reserved, clock_step_max_seconds, clock_gap_max_seconds, exclusive, follow_host, guests_max, takeover_wait_seconds }
            crate::head::escrow_head as escrow_head { block, timestamp, hash }
            crate::clock::escrow_clock_reading as escrow_clock_reading { struct_size, state, now, system, last_event }
            crate::stats::escrow_stats as escrow_stats { struct_size, reserved, blocks, events, syncs, journal_bytes_written, checkpoints, journal_bytes, state_bytes, records_in_memory, last_timestamp, last_block, checkpoint_block, chain_hash }
            crate::verify::escrow_verify_report as escrow_verify_report { struct_size, is_sound, blocks, events, accounts, holds, chain_hash, state_hash, fault, blocks_archived }
            crate::backup::escrow_backup_report as escrow_backup_report { struct_size, reserved, head, segments, journal_bytes }
            crate::backup::escrow_archive_report as escrow_archive_report { struct_size, reserved, segments, bytes, archived, held_back_by }
            crate::queue::escrow_completion as escrow_completion { tag, outcomes, status, reserved, message }
            crate::snapshot::escrow_consumer as escrow_consumer { position, name_length, reserved, name }
            crate::trial_balance::escrow_trial_balance as escrow_trial_balance { ledger, totals, is_balanced, reserved }
            crate::trial_balance::escrow_trial_balance_row as escrow_trial_balance_row { balances, accounts, code, reserved }
            crate::statement::escrow_statement_query as escrow_statement_query { struct_size, newest_first, from, to, limit }
            crate::statement::escrow_hold_query as escrow_hold_query { struct_size, phase, account, user_data_128, user_data_64, due_from, due_to, limit, disputed, reserved }
            crate::statement::escrow_statement_line as escrow_statement_line { timestamp, side, reserved, value_date, pending, posted, balances, operation, amount, fee, rest }
            crate::document::escrow_document as escrow_document { version, data_offset, key_length, value_length, reserved }
            crate::event::escrow_event as escrow_event { timestamp, kind, status, operation, amount, fee, rest, account, ledger, data_offset, data_length, reserved }
            crate::wallets::text::escrow_text as escrow_text { bytes, length }
            crate::wallets::options::escrow_master_key as escrow_master_key { bytes, wrap, unwrap, context }
            crate::wallets::options::escrow_loss_account as escrow_loss_account { account, ledger, reserved }
            crate::wallets::options::escrow_waiver_account as escrow_waiver_account { account, ledger, reserved }
            crate::wallets::options::escrow_wallet_options as escrow_wallet_options { struct_size, hashes_in_parallel, policy, master_key, pepper, is_blocked, is_blocked_context, replaces_pepper, reserved, loss_accounts, loss_accounts_count, first_operator, waiver_accounts, waiver_accounts_count }
            crate::wallets::handle::escrow_upkeep as escrow_upkeep { struct_size, reserved, registrations, letters, addresses, refunds, contact_changes, chargebacks, notices, set_aside }
            crate::wallets::outcome::escrow_wallet_outcome as escrow_wallet_outcome { status, ledger_outcome, until, tier, ledger_first_outcome, limit, reserved, limit_most, limit_counted, limit_elsewhere }
            crate::wallets::actor::escrow_actor as escrow_actor { struct_size, kind, name, reason }
            crate::wallets::registration::escrow_new_wallet as escrow_new_wallet { wallet, account, ledger, code, reserved }
            crate::wallets::registration_view::escrow_registration_view as escrow_registration_view { struct_size, address_is_confirmed, person, begun_at, resend_from, until, has_profile, has_login_password, answers_missing, consents_missing, is_over, is_complete }
            crate::wallets::registration_view::escrow_consent as escrow_consent { struct_size, reserved, kind, version }
            crate::wallets::person::escrow_profile as escrow_profile { struct_size, document_kind, name, citizenship, document_country, document_number, postal_address, phone, birth_date }
            crate::wallets::person::escrow_note as escrow_note { struct_size, reserved, at, author, text }
            crate::wallets::person_view::escrow_found_person as escrow_found_person { struct_size, is_registering, person, address_is_confirmed, reserved }
            crate::wallets::person_view::escrow_person_view as escrow_person_view { struct_size, is_registering, person, created_at, retain_until, legal_hold, document_kind, email, name, citizenship, document_country, document_number, postal_address, phone, birth_date }
            crate::wallets::person_view::escrow_person_export as escrow_person_export { struct_size, reserved, json }
            crate::wallets::security::escrow_security_answer as escrow_security_answer { answer, question, reserved }
            crate::wallets::contact_change::escrow_contact_change as escrow_contact_change { struct_size, state, person, correction, begun_at, until, channel, reserved }
            crate::wallets::letter::escrow_letter as escrow_letter { struct_size, kind, person, letter, about, created_at, channel, attempts, address, secret }
            crate::wallets::letter::escrow_letter_status as escrow_letter_status { struct_size, kind, person, letter, created_at, due, channel, state, attempts, reserved }
            crate::wallets::wallet::escrow_wallet_view as escrow_wallet_view { struct_size, state, wallet, person, account, ledger, tier, tier_until, cooldown_until, refunds_to_wallet, has_payment_password, key_is_damaged, reserved }
            crate::wallets::wallet::escrow_spending as escrow_spending { struct_size, tier, day, month, year, lifetime, authorisations }
            crate::wallets::payment::escrow_purchase as escrow_purchase { wallet, order, payee, amount, ledger, reserved }
            crate::wallets::payment::escrow_payment as escrow_payment { wallet, order, authorisation, operation }
            crate::wallets::card::escrow_card_reference as escrow_card_reference { struct_size, expiry_year, expiry_month, token, brand, last_four, fingerprint }
            crate::wallets::card::escrow_card as escrow_card { struct_size, state, id, valid_until, is_default, has_reference, expiry_year, expiry_month, token, brand, last_four, fingerprint }
            crate::wallets::card_payment::escrow_charge_instruction as escrow_charge_instruction { struct_size, ledger, payment, amount, expiry_year, expiry_month, token, brand, last_four, fingerprint }
            crate::wallets::card_payment::escrow_card_charge as escrow_card_charge { struct_size, reserved, payment, amount, external, suspense, reference }
            crate::wallets::card_payment::escrow_charge_result as escrow_charge_result { item, kind, reason, reserved }
            crate::wallets::new_card_payment::escrow_new_card_payment as escrow_new_card_payment { wallet, order, operation, authentication, reserved }
            crate::wallets::card_refund::escrow_card_refund as escrow_card_refund { id, payment, amount, since, ledger, reserved }
            crate::wallets::card_refund::escrow_refund_returned as escrow_refund_returned { item, kind, reserved }
            crate::wallets::order::escrow_order as escrow_order { wallet, order, ledger, reserved }
            crate::wallets::order::escrow_order_part as escrow_order_part { payee, amount, card }
            crate::wallets::suspense::escrow_suspense_item as escrow_suspense_item { id, payment, wallet, order, payee, amount, expected, resolved_by, came_at, ledger, reason, order_is_paid, reserved }
            crate::wallets::chargeback::escrow_chargeback_notice as escrow_chargeback_notice { struct_size, reserved, id, payment, amount, external, answer_by, reference, reason }
            crate::wallets::chargeback::escrow_chargeback as escrow_chargeback { struct_size, state, id, payment, wallet, amount, of_payment, lost, due, answer_by, notified_at, taken_at, changed_at, ledger, reserved, reference, reason, evidence }
            crate::wallets::unclaimed::escrow_unclaimed_item as escrow_unclaimed_item { id, person, wallet, amount, resolved_by, resolved_to, came_at, resolved_at, ledger, reason, reserved }
            crate::wallets::evidence::escrow_evidence as escrow_evidence { reference, expires_at, added_at, hash, kind, reserved }
            crate::wallets::verification::escrow_verification as escrow_verification { struct_size, state, id, wallet, tier, reason, until, opened_at, changed_at, evidence, reviewer, first_approver }
            crate::wallets::recovery::escrow_recovery as escrow_recovery { struct_size, state, id, wallet, opened_at, changed_at, evidence, opened_by, reviewer, first_approver }
            crate::wallets::correction::escrow_correction as escrow_correction { struct_size, document_kind, evidence, name, citizenship, document_country, document_number, postal_address, email, phone, birth_date }
            crate::wallets::correction::escrow_correction_case as escrow_correction_case { struct_size, state, id, person, opened_at, changed_at, evidence, changes, opened_by, reviewer }
            crate::wallets::audit::escrow_audit_entry as escrow_audit_entry { struct_size, command, id, subject, about, at, actor, reserved, name, reason, detail }
            crate::wallets::staff::escrow_staff_member as escrow_staff_member { struct_size, state, roles, proposed_command, proposed_roles, reserved, registered_at, changed_at, proposed_at, name, proposed_by }
            crate::orders::outcome::escrow_order_outcome as escrow_order_outcome { status, ledger_outcome, stage, wallet_status, possible, missing, reserved_more }
            crate::orders::handle::escrow_order_work as escrow_order_work { struct_size, reserved, parts, refused }
            crate::orders::terms::escrow_leg as escrow_leg { seller, amount, commission_fixed, commission_ppm, reserved }
            crate::orders::terms::escrow_tender as escrow_tender { source, amount, kind, reserved }
            crate::orders::terms::escrow_leg_line as escrow_leg_line { reference, amount, leg, kind, quantity, reserved }
            crate::orders::terms::escrow_terms as escrow_terms { struct_size, ledger, buyer, policy, commission_account, legs, legs_count, tenders, tenders_count, keeping_account, keeps_refunds, reserved, lines, lines_count }
            crate::orders::paying::escrow_tender_came as escrow_tender_came { struct_size, is_taken, has_paid, reserved, back, kept }
            crate::orders::refund::escrow_order_refund as escrow_order_refund { reversal, order, source, amount, at, ledger, tender }
            crate::orders::part::escrow_part_command as escrow_part_command { struct_size, action, amount, reference, seconds, reason, remedy, party }
            crate::orders::part::escrow_acted as escrow_acted { struct_size, stage, refunded, at, part, reserved }
            crate::orders::part::escrow_part_options as escrow_part_options { struct_size, stage, possible, until, if_nobody_acts, reserved, not_received_from, asked_until, is_decided, is_half_decided, decision }
            crate::orders::items::escrow_item as escrow_item { line, quantity }
            crate::orders::view::escrow_order_view as escrow_order_view { struct_size, state, buyer, policy, placed_at, pay_until, ledger, reserved, tenders, parts, goodwill }
            crate::orders::view::escrow_tender_view as escrow_tender_view { struct_size, kind, source, amount, hold, back, kept }
            crate::orders::view::escrow_part_view as escrow_part_view { struct_size, stage, seller, hold, until, claimed, buyer_proposal, seller_proposal, held, paid, commission, refunded, due, shipping, tax, items, leg, reason, decided, first_decision, is_decided, is_half_decided, buyer_asked_until, seller_asked_until, evidence, remedy, reserved }
            crate::orders::view::escrow_item_view as escrow_item_view { reference, amount, line, quantity, reserved }
            crate::orders::step::escrow_order_step as escrow_order_step { struct_size, kind, command, at, is_of_part, part, action, by, stage, is_divided, refunds, staff, words, kept, divided_from, has_amount, reason, remedy, amount, reference, order, position }
            crate::orders::step::escrow_tender_refund as escrow_tender_refund { reversal, amount, tender, reserved }
            crate::orders::list::escrow_listed_order as escrow_listed_order { order, placed_at, part, reserved }
            crate::orders::list::escrow_open_part as escrow_open_part { order, due_at, part, stage }
        }
    };
}
