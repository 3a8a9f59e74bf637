//! One line an event and its status; `table` says how to read them.

const RECORDS: &str = "
    transfer 1 A>B 1 kind=0                             => kind_must_be_known
    transfer 1 A>B 1 kind=20                            => kind_must_be_known
    transfer 1 A>B 1 kind=18                            => kind_must_be_known
    transfer 1 A>B 1 reserved=1                         => reserved_field_must_be_zero
    transfer 1 A>B 1 flags=512                          => flags_must_be_known
    transfer 1 A>B 1 final                              => flag_not_allowed_for_kind
    release 1 #7 final rest                             => flags_are_mutually_exclusive
    transfer 1 A>B 1 #7                                 => unused_field_must_be_zero
    transfer 1 A>B 1 timeout=1                          => unused_field_must_be_zero
    transfer 1 A>B 1 fee=F                              => unused_field_must_be_zero
    transfer 1 A>B 1 offset=1                           => unused_field_must_be_zero
    transfer 1 A>B 1 version=1                          => unused_field_must_be_zero
    transfer 1 A>B 1 fixed=1                            => unused_field_must_be_zero
    withdraw_dispute 1 #7 1                             => unused_field_must_be_zero
    withdraw_dispute 1 #7 timeout=1 default=refund      => unused_field_must_be_zero
    divide 1 #7 1 valued=1                              => unused_field_must_be_zero
    divide 1 #7 1 timeout=1                             => unused_field_must_be_zero
    freeze 1 A amount=1                                 => unused_field_must_be_zero
    freeze 1 A valued=1                                 => unused_field_must_be_zero
    ship 1 #7 valued=1                                  => unused_field_must_be_zero
    dispute 1 #7 valued=1                               => unused_field_must_be_zero
    put 1 space=s key=k valued=1                        => unused_field_must_be_zero
    put 1 space=s key=k version=1                       => unused_field_must_be_zero
    delete 1 space=s key=k value=v                      => unused_field_must_be_zero
    transfer 1 A>B 1 imported at=2000 and               => imported_not_expected
    transfer 2 A>B 1                                    => imported_expected
    transfer 1 A>B 1 at=2000                            => timestamp_must_be_zero
    transfer 1 A>B 1 imported                           => imported_timestamp_must_not_be_zero
    transfer 0 A>B 1                                    => id_must_not_be_zero
    transfer max A>B 1                                  => id_must_not_be_max
    transfer 1 0>B 1                                    => debit_account_must_not_be_zero
    transfer 1 max>B 1                                  => debit_account_must_not_be_max
    transfer 1 A>0 1                                    => credit_account_must_not_be_zero
    transfer 1 A>max 1                                  => credit_account_must_not_be_max
    release 1 #7 1 credit=max                           => credit_account_must_not_be_max
    transfer 1 A>A 1                                    => accounts_must_be_different
    hold 1 A>M 1 fee=A ppm=1                            => accounts_must_be_different
    hold 1 A>M 1 fee=M ppm=1                            => accounts_must_be_different
    ship 1 #0                                           => target_must_not_be_zero
    reverse 1 #max 1                                    => target_must_not_be_max
    hold 1 A>M 1 ppm=1                                  => fee_account_must_not_be_zero
    hold 1 A>M 1 fixed=1                                => fee_account_must_not_be_zero
    hold 1 A>M 1 fee=max ppm=1                          => fee_account_must_not_be_max
    hold 1 A>M 1 fee=F ppm=1000001                      => fee_rate_must_not_exceed_one
    transfer 1 A>B 1 ledger=0                           => ledger_must_not_be_zero
    transfer 1 A>B 1 code=0                             => code_must_not_be_zero
    transfer 1 A>B 0                                    => amount_must_not_be_zero
    release 1 #7 0 final                                => amount_must_not_be_zero
    divide 1 #7 0                                       => amount_must_not_be_zero
    dispute 1 #7 timeout=1 default=claim                => amount_must_not_be_zero
    release 1 #7 1 rest                                 => amount_must_be_zero
    transfer 1 A>B max+1                                => amount_must_not_exceed_max
    hold 1 A>M 1 fee=F fixed=max+1                      => amount_must_not_exceed_max
    divide 1 #7 max+1                                   => amount_must_not_exceed_max
    dispute 1 #7 max+1                                  => amount_must_not_exceed_max
    dispute 1 #7 timeout=1 default=unknown              => at_deadline_must_be_known
    hold 1 A>M 1 timeout=1 default=unknown              => at_deadline_must_be_known
    hold 1 A>M 1 timeout=1                              => deadline_needs_timeout_and_default
    hold 1 A>M 1 default=refund                         => deadline_needs_timeout_and_default
    dispute 1 #7 timeout=1                              => deadline_needs_timeout_and_default
    dispute 1 #7 1 default=claim                        => deadline_needs_timeout_and_default
    hold 1 A>M 1 default=claim                          => deadline_needs_timeout_and_default
    hold 1 A>M 1 timeout=1 default=claim                => claim_needs_dispute
    ship 1 #7 timeout=1 default=claim                   => claim_needs_dispute
    deliver 1 #7 default=claim                          => claim_needs_dispute
    extend 1 #7                                         => timeout_must_not_be_zero
    put 1 space=s key=k value=v offset=1                => data_out_of_bounds
    put 1 key=k                                         => space_must_be_valid
    put 1 space=invalid key=k                           => space_must_be_valid
    put 1 space=*64 key=k                               => space_must_be_valid
    put 1 space=s                                       => key_must_be_valid
    put 1 space=s key=*512                              => key_must_be_valid
    put 1 space=s key=k value=*65537                    => value_too_long
    put 1 space=*63 key=*511 value=*65536               => applied
";

const LEDGERS_AND_ACCOUNTS: &str = "
    ledger 0 USD 2                                      => ledger_must_not_be_zero
    ledger 7 usd 2                                      => ledger_code_must_be_valid
    ledger 7 USD 19                                     => scale_must_not_exceed_max
    ledger 7 USD 2 created=5                            => timestamp_must_be_zero
    ledger 7 USD 2 posted=1                             => balances_must_be_zero
    ledger 1 USD 2                                      => exists/applied
    ledger 1 USD 3                                      => exists_with_different_scale
    ledger 1 EUR 3                                      => exists_with_different_code
    account Q reserved=1                                => reserved_field_must_be_zero
    account Q unknown                                   => flags_must_be_known
    account Q frozen                                    => flag_not_allowed_for_kind
    account Q limited asset                             => flags_are_mutually_exclusive
    account Q external spend_only                       => flags_are_mutually_exclusive
    account Q imported created=2000 and                 => imported_not_expected
    account R                                           => imported_expected
    account Q created=2000                              => timestamp_must_be_zero
    account Q imported                                  => imported_timestamp_must_not_be_zero
    account 0                                           => id_must_not_be_zero
    account max                                         => id_must_not_be_max
    account Q ledger=0                                  => ledger_must_not_be_zero
    account Q code=0                                    => code_must_not_be_zero
    account Q posted=1                                  => balances_must_be_zero
    account Q holds=1                                   => balances_must_be_zero
    account Q ledger=9                                  => ledger_not_found
    account Q ledger=9                                  => ledger_not_found
    account A limited                                   => exists/applied
    freeze 1 A                                          => applied
    account A limited                                   => exists/applied
    account A                                           => exists_with_different_flags
    account A limited data128=1                         => exists_with_different_user_data_128
    account A limited data64=1                          => exists_with_different_user_data_64
    account A limited ledger=2                          => exists_with_different_ledger
    account A limited code=2                            => exists_with_different_code
    account Q imported created=900                      => imported_timestamp_must_not_regress
    account Q imported created=2000                     => applied
    account Q imported created=2000                     => exists
    account Q imported created=2001                     => exists_with_different_timestamp
";

const REPEATS: &str = "
    hold 1 A>M 50 fee=F ppm=9 timeout=9 default=refund  => applied
    hold 1 A>M 50 fee=F ppm=9 timeout=9 default=refund  => exists/applied
    transfer 1 A>M 50                                   => exists_with_different_kind
    hold 1 A>M 50 fee=F ppm=9 timeout=9 default=refund linked end => linked_event_chain_open
    hold 1 B>M 50 fee=F ppm=9 timeout=9 default=refund  => exists_with_different_debit_account
    hold 1 A>N 50 fee=F ppm=9 timeout=9 default=refund  => exists_with_different_credit_account
    hold 1 A>M 51 fee=F ppm=9 timeout=9 default=refund  => exists_with_different_amount
    hold 1 A>M 50 fee=N ppm=9 timeout=9 default=refund  => exists_with_different_fee_account
    hold 1 A>M 50 fee=F ppm=8 timeout=9 default=refund  => exists_with_different_fee_rate
    hold 1 A>M 50 fee=F ppm=9 timeout=8 default=refund  => exists_with_different_timeout
    hold 1 A>M 50 fee=F ppm=9 timeout=9 default=release => exists_with_different_at_deadline
    hold 1 A>M 51 fee=F ppm=9 timeout=8 default=refund  => exists_with_different_amount
    hold 1 A>M 50 fee=F ppm=9 fixed=1 timeout=9 default=refund => exists_with_different_fixed_fee
    transfer 2 A>B 1                                    => applied
    transfer 2 A>B 1 balancing_debit                    => exists_with_different_flags
    transfer 2 A>B 1 data128=1                          => exists_with_different_user_data_128
    transfer 2 A>B 1 data64=1                           => exists_with_different_user_data_64
    transfer 2 A>B 1 ledger=2                           => exists_with_different_ledger
    transfer 2 A>B 1 code=2                             => exists_with_different_code
    transfer 2 A>B 0                                    => amount_must_not_be_zero
    ship 3 #1                                           => applied
    ship 3 #2                                           => exists_with_different_target
    put 4 space=s key=k value=v                         => applied
    put 4 space=s key=k value=v                         => exists
    put 4 space=t key=k value=v                         => exists_with_different_key
    put 4 space=s key=l value=w                         => exists_with_different_key
    put 4 space=s key=k value=w                         => exists_with_different_value
    delete 5 space=s key=k                              => applied
    put 6 space=s key=k if_version                      => applied
    put 6 space=s key=k if_version version=7            => exists_with_different_expected_version
    transfer 7 A>B 5000                                 => exceeds_credits
    transfer 7 A>B 5000                                 => id_already_failed/exceeds_credits
    freeze 7 A                                          => id_already_failed/exceeds_credits
    transfer 10 A>B 1 valued=5                          => applied
    transfer 10 A>B 1 valued=5                          => exists
    transfer 10 A>B 1 valued=6                          => exists_with_different_value_date
    transfer 10 A>B 1                                   => exists_with_different_value_date
    transfer 2 A>B 1 valued=6                           => exists_with_different_value_date
    transfer 10 A>B 2 valued=6                          => exists_with_different_amount
    hold 11 A>M 30 valued=-1                            => applied
    top_up 12 #11 5 valued=7                            => applied
    release 13 #11 10 valued=8                          => applied
    refund 14 #11 rest valued=9                         => applied
    reverse 15 #13 rest valued=99999                    => applied
    transfer 16 A>B 5000 valued=5                       => exceeds_credits
    transfer 7 A>B 0                                    => amount_must_not_be_zero
    reopen
    transfer 7 A>B 5                                    => id_already_failed/exceeds_credits
    transfer 10 A>B 1 valued=5                          => exists
    reverse 15 #13 rest valued=99998                    => exists_with_different_value_date
    transfer 8 A>B 5 imported at=2000                   => applied
    transfer 8 A>B 5 imported at=2000                   => exists
    transfer 8 A>B 5 imported at=2001                   => exists_with_different_timestamp
";

const CHAINS: &str = "
    transfer 1 A>B 1 linked                             => applied
    transfer 2 B>A 1                                    => applied
    transfer 1 A>B 1 linked                             => exists/applied
    transfer 2 B>A 1                                    => exists/applied
    transfer 1 A>B 1 linked                             => exists
    transfer 3 B>A 1                                    => linked_event_failed
    transfer 4 A>B 1 linked                             => linked_event_failed
    transfer 2 B>A 1                                    => exists
    transfer 4 A>B 1 linked                             => linked_event_failed
    transfer 5 A>B 5000 linked                          => exceeds_credits
    transfer 6 A>Z 1                                    => linked_event_failed
    transfer 4 A>B 1 linked                             => linked_event_failed
    transfer 5 A>B 5000 linked                          => id_already_failed/exceeds_credits
    transfer 6 A>Z 1                                    => linked_event_failed
    transfer 6 A>B 1                                    => applied
    transfer 4 A>B 1 linked                             => linked_event_failed
    transfer 7 A>Z 1 linked end                         => linked_event_chain_open
    transfer 40 A>B 1 linked                            => linked_event_failed
    transfer 40 A>B 1                                   => linked_event_repeats_id
    transfer 40 A>B 1 linked                            => linked_event_failed
    transfer 40 B>A 1                                   => linked_event_repeats_id
    transfer 7 A>Z 1                                    => credit_account_not_found
    put 8 space=s key=k if_version linked               => linked_event_failed
    hold 9 A>M 5000                                     => exceeds_credits
    put 8 space=s key=k if_version linked               => applied
    hold 10 A>M 10                                      => applied
";

const EXISTENCE: &str = "
    transfer 1 A>B 1 ledger=9                           => ledger_not_found
    transfer 2 Z>B 1                                    => debit_account_not_found
    transfer 3 A>Z 1                                    => credit_account_not_found
    hold 4 A>M 1 fee=Z                                  => fee_account_not_found
    release 5 #7 1                                      => hold_not_found
    release 6 #9001 1                                   => hold_not_found
    reverse 7 #999 1                                    => operation_not_found
    close 8 Z                                           => account_not_found
    freeze 9 A                                          => applied
    reverse 10 #9 1                                     => operation_must_be_reversible
    reverse 11 #1 1                                     => operation_must_be_reversible
    transfer 12 B>J 1                                   => accounts_must_have_the_same_ledger
    hold 13 B>M 1 fee=J                                 => accounts_must_have_the_same_ledger
    transfer 14 M>N 1 ledger=2                          => operation_must_have_the_ledger_of_its_accounts
    hold 15 S>M 50                                      => applied
    release 16 #15 1 credit=Z                           => credit_account_not_found
    release 17 #15 1 credit=J                           => accounts_must_have_the_same_ledger
    release 18 #15 1 credit=S                           => receiver_must_not_be_payer
    release 19 #15 1 credit=M                           => applied
    hold 20 S>M 1 fee=D                                 => fee_account_must_not_limit_credits
    account Q managed                                   => applied
    account Q                                           => exists_with_different_flags
    transfer 21 X>Q 1                                   => account_is_managed
    transfer 21 X>Q 1                                   => id_already_failed/account_is_managed
    transfer 22 Q>B 1                                   => account_is_managed
    hold 23 Q>M 1                                       => account_is_managed
    hold 24 S>Q 1                                       => account_is_managed
    hold 25 S>M 1 fee=Q                                 => account_is_managed
    hold 26 S>Q 1 fee=D                                 => fee_account_must_not_limit_credits
    transfer 27 X>Q 1 imported at=1                     => account_is_managed
    freeze 28 Q                                         => applied
    transfer 29 X>Q 1                                   => account_is_managed
    release 30 #15 1 credit=Q                           => account_is_managed
    refund 31 #15 1                                     => applied
    unfreeze 32 Q                                       => applied
    close 33 Q                                          => applied
    see Q                                               => 0 0 0 0
";

const HOLDS: &str = "
    hold 1 A>M 90 timeout=10 default=release            => applied
    ship 2 #1                                           => applied
    ship 3 #1                                           => hold_already_shipped
    deliver 4 #1                                        => applied
    deliver 5 #1                                        => hold_already_delivered
    ship 6 #1                                           => hold_already_shipped
    extend 7 #1 timeout=10                              => applied
    extend 8 #1 timeout=9                               => deadline_must_be_later
    release 9 #1 91                                     => exceeds_held
    refund 10 #1 91                                     => exceeds_held
    release 11 #1 1 arbitrated                          => hold_is_not_disputed
    withdraw_dispute 12 #1                              => hold_is_not_disputed
    dispute 13 #1                                       => applied
    dispute 14 #1                                       => hold_is_disputed
    release 15 #1 1                                     => hold_is_disputed
    refund 16 #1 rest                                   => hold_is_disputed
    top_up 17 #1 1                                      => hold_is_disputed
    extend 18 #1 timeout=99                             => hold_is_disputed
    advance 100
    release 19 #1 1 arbitrated                          => applied
    withdraw_dispute 20 #1                              => applied
    release 21 #1 1                                     => applied
    advance 20
    release 22 #1 1                                     => hold_already_settled
    hold 30 A>M 10                                      => applied
    extend 31 #30 timeout=5                             => hold_has_no_deadline
    ship 32 #30 default=refund                          => default_needs_deadline
    ship 33 #30 timeout=5                               => deadline_needs_default
    ship 34 #30 timeout=5 default=refund                => applied
    deliver 35 #30 timeout=1                            => applied
    advance 2
    refund 36 #30 1                                     => hold_already_refunded
    hold 40 A>M 10 fee=F ppm=100000                     => applied
    release 41 #40 4 final                              => applied
    dispute 42 #40                                      => hold_already_split
    top_up 43 #40 1                                     => hold_already_split
    hold 50 A>M 10                                      => applied
    release 51 #50 rest                                 => applied
    refund 52 #50 rest                                  => hold_already_settled
    hold 60 A>M 10                                      => applied
    refund 61 #60 rest                                  => applied
    ship 62 #60                                         => hold_already_refunded
    hold 70 A>M 100 fee=F ppm=100000                    => applied
    release 71 #70 1 credit=N                           => split_needs_no_fee
    release 72 #70 rest credit=N                        => split_needs_no_fee
    release 73 #70 101 credit=N                         => exceeds_held
    release 74 #70 1 no_fee                             => no_fee_needs_split
    release 75 #70 1 credit=M no_fee                    => no_fee_needs_split
    refund 76 #70 1 no_fee                              => flag_not_allowed_for_kind
    transfer 76 A>M 1 no_fee                            => flag_not_allowed_for_kind
    release 76 #70 1 credit=N no_fee                    => applied
    release 76 #70 1 credit=N no_fee                    => exists
    release 76 #70 1 credit=N                           => exists_with_different_flags
    release 71 #70 1 credit=N no_fee                    => id_already_failed/split_needs_no_fee
    release 77 #70 rest credit=N no_fee                 => applied
    hold 78 A>M 10                                      => applied
    release 79 #78 1 credit=N                           => applied
    release 80 #78 1 credit=N no_fee                    => applied
    release 81 #78 1 no_fee                             => no_fee_needs_split
";

const STANDING: &str = "
    hold 1 A>M 50 fee=F ppm=100000                      => applied
    hold 2 B>N 50                                       => exceeds_credits
    hold 3 A>N 50                                       => applied
    release 4 #3 10                                     => applied
    freeze 10 A                                         => applied
    freeze 11 A                                         => account_already_frozen
    unfreeze 12 B                                       => account_is_not_frozen
    transfer 13 A>B 1                                   => debit_account_frozen
    hold 14 A>M 1                                       => debit_account_frozen
    top_up 15 #1 1                                      => debit_account_frozen
    transfer 16 S>A 1                                   => credit_account_frozen
    reverse 17 #4 1                                     => credit_account_frozen
    release 18 #1 10                                    => applied
    refund 19 #1 10                                     => applied
    ship 20 #1                                          => applied
    release 21 #1 1 credit=N no_fee                     => applied
    close 22 A                                          => account_has_open_holds
    close 23 F                                          => account_has_open_holds
    unfreeze 24 A                                       => applied
    freeze 25 F                                         => applied
    hold 26 A>M 1 fee=F ppm=1                           => fee_account_frozen
    reverse 27 #18 1                                    => fee_account_frozen
    top_up 28 #1 1                                      => applied
    unfreeze 29 F                                       => applied
    freeze 30 M                                         => applied
    reverse 31 #18 1                                    => debit_account_frozen
    hold 32 A>M 1                                       => credit_account_frozen
    unfreeze 33 M                                       => applied
    release 34 #1 rest                                  => applied
    close 40 F                                          => applied
    close 41 F                                          => account_already_closed
    reopen 42 A                                         => account_is_not_closed
    hold 43 A>M 1 fee=F ppm=1                           => fee_account_closed
    reverse 44 #18 1                                    => fee_account_closed
    transfer 45 F>B 1                                   => debit_account_closed
    transfer 46 A>F 1                                   => credit_account_closed
    release 47 #3 1 credit=F                            => credit_account_closed
    reopen 48 F                                         => applied
    freeze 49 B                                         => applied
    release 50 #3 1 credit=B                            => applied
    close 51 B                                          => applied
    reverse 52 #50 1                                    => debit_account_frozen
    unfreeze 53 B                                       => applied
    reverse 54 #50 1                                    => debit_account_closed
";

const MONEY: &str = "
    transfer 1 A>B 1001                                 => exceeds_credits
    transfer 2 M>D 1                                    => exceeds_debits
    transfer 3 D>M 5                                    => applied
    hold 4 A>D 5                                        => applied
    hold 5 A>D 1                                        => exceeds_debits
    transfer 6 A>B 996                                  => exceeds_credits
    transfer 7 A>B 5000 balancing_debit                 => applied
    transfer 8 A>B 5000 balancing_debit                 => applied
    transfer 9 A>B 1                                    => exceeds_credits
    top_up 10 #4 1                                      => exceeds_credits
    top_up 11 #4 1 balancing_debit                      => applied
    transfer 12 B>D 10 balancing_credit                 => applied
    transfer 20 S>X 1                                   => spend_only_money_must_not_leave
    hold 21 S>X 1                                       => spend_only_money_must_not_leave
    hold 22 S>M 1 fee=X                                 => spend_only_money_must_not_leave
    hold 23 S>M 100 fee=F ppm=100000                    => applied
    release 24 #23 1 credit=X no_fee                    => spend_only_money_must_not_leave
    release 25 #23 5 credit=D no_fee                    => exceeds_debits
    release 26 #23 5 credit=N no_fee                    => applied
    reverse 27 #9002 100                                => applied
    release 28 #23 40                                   => applied
    reverse 30 #28 41                                   => exceeds_reversible
    reverse 31 #28 10                                   => applied
    reverse 32 #28 31                                   => exceeds_reversible
    reverse 33 #23 31                                   => exceeds_reversible
    reverse 34 #26 6                                    => exceeds_reversible
    reverse 35 #26 rest                                 => applied
    transfer 36 F>N 3                                   => applied
    reverse 37 #23 10                                   => fee_account_exceeds_credits
    transfer 38 M>N 32                                  => applied
    reverse 39 #23 10                                   => exceeds_credits
    transfer 40 N>M 100                                 => applied
    transfer 41 N>F 100                                 => applied
    reverse 42 #23 rest                                 => applied
    reverse 43 #23 1                                    => exceeds_reversible
    reverse 44 #9001 rest                               => exceeds_credits
    transfer 45 N>D 0                                   => amount_must_not_be_zero
    transfer 46 M>N 1 balancing_debit                   => balancing_debit_needs_limit
    transfer 47 D>A 1 balancing_debit                   => balancing_debit_needs_limit
    transfer 48 B>A 1 balancing_credit                  => balancing_credit_needs_limit
    transfer 49 M>N 1 balancing_debit balancing_credit  => balancing_debit_needs_limit
    transfer 50 P>X 1 balancing_debit                   => balancing_debit_needs_limit
    hold 51 M>N 10                                      => applied
    top_up 52 #51 1 balancing_debit                     => balancing_debit_needs_limit
    top_up 52 #51 1                                     => id_already_failed/balancing_debit_needs_limit
    top_up 53 #51 1                                     => applied
";

/// Computed by hand.
const SUMS: &str = "
    hold 1 A>M 105 fee=F ppm=100000                     => applied amount=105 held=105 debit=895
    see A                                               => 105 0 0 1000
    see M                                               => 0 0 105 0
    release 2 #1 5                                      => applied amount=5 fee=0 held=100 credit=5
    release 3 #1 10                                     => applied amount=10 fee=2 held=90 credit=13
    release 4 #1 20 credit=N no_fee                     => applied amount=20 fee=0 held=70 credit=20
    refund 5 #1 5                                       => applied amount=5 held=65 debit=900
    top_up 6 #1 10                                      => applied amount=10 held=75 debit=890
    see #1                                              => 75 35 5 15 2 0 funded
    release 7 #1 50 final                               => applied amount=50 fee=4 held=0 debit=915
    see #1                                              => 0 85 30 65 6 0 split
    see A                                               => 0 85 0 1000
    see M                                               => 0 0 0 59
    see N                                               => 0 0 0 20
    see F                                               => 0 0 0 6
    reverse 8 #3 10                                     => applied amount=10 fee=0 debit=49 credit=925
    see #1                                              => 0 85 30 55 6 10 split
    reverse 9 #1 rest                                   => applied amount=55 fee=6 debit=0 credit=980
    reverse 10 #4 rest                                  => applied amount=20 fee=0 debit=0 credit=1000
    see #1                                              => 0 85 30 0 0 85 split
    see F                                               => 0 6 0 6
    reverse 9 #1 rest                                   => exists amount=55 fee=6 debit=0 credit=1000
    hold 11 A>M 9 fee=F ppm=500000 timeout=5 default=release => applied held=9
    dispute 12 #11                                      => applied held=9
    advance 60
    release 13 #11 1 arbitrated                         => applied amount=1 fee=0 held=8
    withdraw_dispute 14 #11                             => applied held=8
    advance 4
    see #11                                             => 8 1 0 1 0 0 funded
    advance 2
    see #11                                             => 0 9 0 9 4 0 settled
    see M                                               => 0 59 0 64
    transfer 15 A>B 5000 balancing_debit                => applied amount=991 debit=0 credit=991
    transfer 16 A>B 5000 balancing_debit                => applied amount=0 debit=0 credit=991
    transfer 17 D>M 30                                  => applied amount=30
    transfer 18 B>D 40 balancing_credit                 => applied amount=30 debit=961
    reverse 19 #15 rest                                 => exceeds_credits
    reverse 20 #15 961                                  => applied amount=961 debit=0 credit=961
    reverse 21 #16 rest                                 => exceeds_reversible
";

/// A fixed part beside the rate: computed by hand.
const COMMISSIONS: &str = "
    hold 1 A>M 100 fee=F ppm=100000 fixed=30            => applied
    release 2 #1 20                                     => applied amount=20 fee=20 held=80 credit=0
    release 3 #1 20                                     => applied amount=20 fee=14 held=60 credit=6
    release 4 #1 5 credit=N no_fee                      => applied amount=5 fee=0 held=55
    refund 5 #1 5                                       => applied amount=5 held=50
    release 6 #1 rest                                   => applied amount=50 fee=5 held=0 credit=51
    see #1                                              => 0 95 5 90 39 0 split
    reverse 7 #1 70                                     => applied amount=70 fee=19 debit=0 credit=975
    see #1                                              => 0 95 5 20 20 70 split
    see F                                               => 0 19 0 39
    hold 8 A>M 10 fee=F fixed=3                         => applied
    release 9 #8 1 credit=N                             => split_needs_no_fee
    release 10 #8 1 credit=N no_fee                     => applied fee=0
    release 11 #8 2                                     => applied fee=2
    release 12 #8 2                                     => applied fee=1
    hold 13 A>M 50 fee=F ppm=100000 fixed=7 timeout=5 default=release => applied
    advance 6
    see #13                                             => 0 50 0 50 12 0 settled
    hold 14 A>M 5 fee=F fixed=max timeout=5 default=refund => applied
    release 15 #14 rest                                 => applied amount=5 fee=5 held=0
";

/// A part becomes a hold of its own: computed by hand.
const DIVISIONS: &str = "
    hold 1 A>M 100 fee=F ppm=100000 fixed=30 timeout=100 default=release => applied
    ship 2 #1                                           => applied
    divide 3 #1 100                                     => part_must_be_less_than_held
    divide 4 #1 101                                     => exceeds_held
    divide 5 #1 40 data64=9                             => applied amount=40 held=60 debit=900 credit=0
    see #1                                              => 60 0 0 0 0 0 shipped
    see #5                                              => 40 0 0 0 0 0 shipped
    see A                                               => 100 0 0 1000
    see M                                               => 0 0 100 0
    divide 5 #1 40 data64=9                             => exists/applied amount=40 held=60
    divide 5 #1 41 data64=9                             => exists_with_different_amount
    divide 5 #2 40 data64=9                             => exists_with_different_target
    ship 6 #5                                           => hold_already_shipped
    release 7 #5 10                                     => applied amount=10 fee=1 held=30
    release 8 #1 rest                                   => applied amount=60 fee=36 held=0
    advance 101
    see #5                                              => 0 40 0 40 4 0 settled
    see F                                               => 0 0 0 40
    reverse 9 #5 rest                                   => applied amount=40 fee=4
    see #5                                              => 0 40 0 0 0 40 settled
    divide 10 #1 1                                      => hold_already_settled
    divide 11 #99 1                                     => hold_not_found
    hold 12 A>M 10                                      => applied
    dispute 13 #12                                      => applied
    divide 14 #12 1                                     => hold_is_disputed
    withdraw_dispute 15 #12                             => applied
    freeze 16 A                                         => applied
    divide 17 #12 4 linked                              => applied amount=4 held=6
    refund 18 #17 1 linked                              => applied amount=1 held=3
    divide 19 #17 1                                     => applied amount=1 held=2
    see #12                                             => 6 0 0 0 0 0 funded
    see #17                                             => 2 0 1 0 0 0 funded
    see #19                                             => 1 0 0 0 0 0 funded
    refund 20 #12 rest                                  => applied
    refund 21 #17 rest                                  => applied
    close 22 A                                          => account_has_open_holds
    refund 23 #19 rest                                  => applied
    close 24 A                                          => applied
    hold 30 S>M 50                                      => applied
    divide 31 #30 20 linked                             => linked_event_failed
    hold 32 S>M 5000                                    => exceeds_credits
    ship 33 #31                                         => hold_not_found
    divide 31 #30 20                                    => applied held=30
    reopen
    see #31                                             => 20 0 0 0 0 0 funded
    release 34 #31 rest                                 => applied amount=20 held=0
";

/// Disputes that claim, and end by themselves.
const DISPUTES: &str = "
    hold 1 A>M 100 fee=F ppm=100000 timeout=50 default=release => applied
    dispute 2 #1 40 timeout=10 default=claim            => applied amount=0 held=100
    dispute 3 #1                                        => hold_is_disputed
    dispute 4 #1 40                                     => hold_is_disputed
    dispute 5 #1 101 timeout=10 default=claim           => exceeds_held
    extend 6 #1 timeout=99                              => hold_is_disputed
    release 7 #1 10                                     => hold_is_disputed
    advance 8
    dispute 8 #1 30 timeout=10 default=claim            => applied
    advance 9
    release 9 #1 10 arbitrated                          => applied amount=10 fee=1 held=90
    see #1                                              => 90 10 0 10 1 0 funded
    advance 2
    see #1                                              => 0 70 30 70 7 0 split
    dispute 8 #1 30 timeout=10 default=claim            => exists/applied
    dispute 8 #1 31 timeout=10 default=claim            => exists_with_different_amount
    hold 10 A>M 50 timeout=50 default=refund            => applied
    dispute 11 #10 40 timeout=5 default=claim           => applied
    release 12 #10 20 arbitrated                        => applied
    advance 6
    see #10                                             => 0 20 30 20 0 0 split
    hold 50 A>M 100 timeout=50 default=refund           => applied
    dispute 51 #50 60 timeout=5 default=claim           => applied
    refund 52 #50 25 arbitrated                         => applied
    advance 6
    see #50                                             => 0 40 60 40 0 0 split
    hold 53 A>M 100 timeout=50 default=refund           => applied
    dispute 54 #53 60 timeout=5 default=claim           => applied
    refund 55 #53 70 arbitrated                         => applied
    advance 6
    see #53                                             => 0 30 70 30 0 0 split
    hold 13 A>M 5                                       => applied
    dispute 14 #13 5 timeout=5 default=claim            => applied
    advance 6
    see #13                                             => 0 0 5 0 0 0 refunded
    hold 15 A>M 5 timeout=50 default=refund             => applied
    dispute 16 #15 timeout=5 default=release            => applied
    advance 6
    see #15                                             => 0 5 0 5 0 0 settled
    hold 17 A>M 5 timeout=50 default=release            => applied
    dispute 18 #17 2 timeout=5 default=refund           => applied
    advance 6
    see #17                                             => 0 0 5 0 0 0 refunded
    hold 20 A>M 5 timeout=20 default=refund             => applied
    advance 5
    dispute 21 #20 timeout=100 default=release          => applied
    advance 5
    dispute 22 #20 3 timeout=100 default=claim          => applied
    advance 50
    withdraw_dispute 23 #20                             => applied
    ship 24 #20                                         => applied
    reopen
    advance 13
    see #20                                             => 5 0 0 0 0 0 shipped
    advance 3
    see #20                                             => 0 0 5 0 0 0 refunded
    hold 25 A>M 5                                       => applied
    dispute 26 #25 timeout=9 default=release            => applied
    withdraw_dispute 27 #25                             => applied
    extend 28 #25 timeout=5                             => hold_has_no_deadline
    advance 1000
    see #25                                             => 5 0 0 0 0 0 funded
    dispute 29 #25                                      => applied
    dispute 30 #25 2 timeout=9 default=claim            => applied
    advance 10
    see #25                                             => 0 3 2 3 0 0 split
    dispute 31 #25 timeout=9 default=release            => hold_already_split
    hold 32 A>M 5 timeout=20 default=refund             => applied
    dispute 33 #32 1                                    => applied
    dispute 34 #32 timeout=9 default=release            => applied
    withdraw_dispute 35 #32                             => applied
    advance 21
    see #32                                             => 0 0 5 0 0 0 refunded
    hold 36 A>M 5                                       => applied
    dispute 37 #36 6                                    => exceeds_held
";

const OVERFLOWS_POSTED: &str = "
    account K ledger=2                                  => applied
    account L ledger=2                                  => applied
    account Q ledger=2                                  => applied
    transfer 1 J>K max ledger=2                         => applied
    transfer 2 J>L 1 ledger=2                           => overflows_debits_posted
    transfer 3 L>K 1 ledger=2                           => overflows_credits_posted
    hold 4 J>L 1 ledger=2                               => overflows_debits
    hold 5 L>K 1 ledger=2                               => overflows_credits
    transfer 6 L>Q 1 ledger=2                           => overflows_ledger
    hold 7 L>Q 1 ledger=2                               => overflows_ledger
    reverse 8 #1 1                                      => overflows_ledger
";

const OVERFLOWS_PENDING: &str = "
    account K ledger=2                                  => applied
    account L ledger=2                                  => applied
    hold 1 J>K max ledger=2                             => applied
    hold 2 J>L 1 ledger=2                               => overflows_debits_pending
    hold 3 L>K 1 ledger=2                               => overflows_credits_pending
    transfer 4 J>L 1 ledger=2                           => overflows_debits
    transfer 5 L>K 1 ledger=2                           => overflows_credits
    refund 6 #1 1                                       => applied
    top_up 7 #1 2                                       => overflows_debits_pending
    top_up 8 #1 1                                       => overflows_hold
    advance 18446740000
    hold 9 A>M 1 timeout=9999 default=refund             => overflows_deadline
    ship 10 #1 timeout=9999 default=refund               => overflows_deadline
    hold 12 A>M 1                                       => applied
    dispute 13 #12 timeout=9999 default=refund          => overflows_deadline
    release 11 #1 rest                                  => applied
";

const DOCUMENTS: &str = "
    delete 1 space=s key=k                              => document_not_found
    delete 2 space=s key=k if_version version=5         => version_must_match
    delete 3 space=s key=k if_version                   => document_not_found
    put 4 space=s key=k value=v if_version version=5    => version_must_match
    put 5 space=s key=k value=v if_version              => applied
    put 6 space=s key=k value=w if_version              => version_must_match
    put 7 space=s key=k value=w                         => applied
    delete 8 space=s key=k if_version                   => version_must_match
    delete 9 space=s key=k                              => applied
    put 10 space=s key=k                                => applied
";

const IMPORTS: &str = "
    transfer 1 A>B 1 imported at=999                    => imported_timestamp_must_not_regress
    transfer 1 A>B 1 imported at=9999                   => id_already_failed/imported_timestamp_must_not_regress
    hold 2 A>M 9 timeout=10 default=release imported at=2000 => applied
    release 3 #2 1 imported at=2010                     => imported_timestamp_must_not_regress
    release 4 #2 1 imported at=2011                     => hold_already_settled
    hold 5 A>M 9 timeout=10 default=refund imported at=3000 linked => linked_event_failed
    transfer 6 A>B 1 imported at=3010                   => chain_must_not_span_a_deadline
    hold 5 A>M 9 timeout=10 default=refund imported at=4000 linked => applied
    transfer 7 A>B 1 imported at=4009                   => applied
    transfer 8 A>B 1                                    => applied
";

/// Two laws broken at once: the lower number wins.
const PRECEDENCE: &str = "
    transfer 0 A>A 0 reserved=1                         => reserved_field_must_be_zero
    transfer 0 A>A 0 final #7                           => flag_not_allowed_for_kind
    transfer 0 A>A 0                                    => id_must_not_be_zero
    transfer 1 0>0 0                                    => debit_account_must_not_be_zero
    transfer 1 A>A 0 code=0                             => accounts_must_be_different
    transfer 1 A>B 0 code=0 ledger=0                    => ledger_must_not_be_zero
    put 1 key=*512 value=*65537                         => space_must_be_valid
    transfer 2 Z>Y 1 ledger=9                           => ledger_not_found
    transfer 3 Z>Y 1                                    => debit_account_not_found
    transfer 4 M>J 1 ledger=2                           => accounts_must_have_the_same_ledger
    release 5 #77 1 credit=Z                            => credit_account_not_found
    release 6 #77 1 credit=J                            => hold_not_found
    transfer 7 Z>B 1 imported at=1                      => debit_account_not_found
    freeze 8 N                                          => applied
    close 9 N                                           => applied
    freeze 10 S                                         => applied
    transfer 11 N>A 1                                   => debit_account_frozen
    transfer 12 S>N 5000                                => debit_account_frozen
    transfer 13 B>N 5000                                => credit_account_frozen
    unfreeze 14 N                                       => applied
    transfer 15 B>N 5000                                => credit_account_closed
    transfer 16 P>X max                                 => spend_only_money_must_not_leave
    unfreeze 17 S                                       => applied
    transfer 18 S>X 5000                                => spend_only_money_must_not_leave
    transfer 19 B>M max                                 => overflows_ledger
    transfer 20 B>D 1                                   => exceeds_credits
    hold 21 A>M 9                                       => applied
    dispute 22 #21                                      => applied
    ship 23 #21 default=refund                          => hold_is_disputed
    deliver 24 #21 timeout=1                            => hold_is_disputed
    refund 25 #21 10 arbitrated                         => exceeds_held
    refund 26 #21 rest arbitrated                       => applied
    dispute 27 #21                                      => hold_already_refunded
    release 28 #21 1                                    => hold_already_refunded
    delete 29 space=s key=k if_version version=1        => version_must_match
    transfer 30 A>B 1 linked end                        => linked_event_chain_open
    transfer 0 A>B 1 linked end                         => linked_event_chain_open
";

/// What a shop does in a month: a chain with a document, a split, a deadline, a history moved in.
const SHOP: &str = "
    account C limited history data128=170141183460469231731687303715884105729 data64=7 => applied
    account V history code=300                          => applied
    transfer 340282366920938463463374607431768211454 X>C 10000 => applied amount=10000 credit=10000
    hold 1 C>V 3333 fee=F ppm=29000 timeout=86400 default=refund data128=5 data64=4711 linked => applied held=3333 debit=6667
    put 2 space=orders key=4711 value=paid linked       => applied
    transfer 3 C>B 6667                                 => applied amount=6667 debit=0 credit=6667
    put 4 space=orders key=4712 value=paid linked       => linked_event_failed
    hold 5 C>V 1                                        => exceeds_credits
    put 4 space=orders key=4712 value=paid              => applied
    ship 6 #1 timeout=864000 default=release            => applied
    release 7 #1 1000                                   => applied amount=1000 fee=29 held=2333
    release 8 #1 500 credit=N no_fee                    => applied amount=500 held=1833
    refund 9 #1 333                                     => applied amount=333 held=1500
    reopen
    advance 863999
    see #1                                              => 1500 1500 333 1000 29 0 shipped
    advance 2
    see #1                                              => 0 3000 333 2500 72 0 split
    see C                                               => 0 9667 0 10000
    reverse 10 #7 100                                   => applied
    put 11 space=orders key=4711 value=settled if_version => version_must_match
    put 12 space=orders key=4711 value=settled          => applied
    transfer 13 X>C 250 imported at=900000 and          => applied
    hold 14 C>V 250 fee=F ppm=100000 timeout=100 default=release imported at=900001 => applied
    advance 40000
    see #14                                             => 0 250 0 250 25 0 settled
    transfer 7 X>C 1                                    => exists_with_different_kind
    release 7 #1 1000                                   => exists/applied amount=1000 fee=29
";

/// All tables but the last.
pub(crate) const TABLES: &[(&str, &str)] = &[
    ("records", RECORDS),
    ("ledgers_and_accounts", LEDGERS_AND_ACCOUNTS),
    ("repeats", REPEATS),
    ("chains", CHAINS),
    ("existence", EXISTENCE),
    ("holds", HOLDS),
    ("standing", STANDING),
    ("money", MONEY),
    ("sums", SUMS),
    ("commissions", COMMISSIONS),
    ("divisions", DIVISIONS),
    ("disputes", DISPUTES),
    ("overflows_posted", OVERFLOWS_POSTED),
    ("overflows_pending", OVERFLOWS_PENDING),
    ("documents", DOCUMENTS),
    ("imports", IMPORTS),
    ("precedence", PRECEDENCE),
    ("shop", SHOP),
];

/// Cases for a store that takes its time from the machine.
pub(crate) const MACHINE_TIME: &str = "
    transfer 1 A>B 1 imported at=17000000000            => imported_timestamp_must_be_in_the_past
    transfer 2 Z>B 1 imported at=17000000000            => debit_account_not_found
    transfer 3 A>B 1 imported at=1                      => imported_timestamp_must_not_regress
    transfer 4 A>B 1                                    => applied
";
