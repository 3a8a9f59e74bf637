//! Shares: how much of each leg came from each tender, and how refunds are spread over them.
//!
//! The method of largest remainders over what is left, in exact integers: the parts add up to the
//! whole, and no share is ever taken twice or below zero.

/// Spreads an amount over what is left of shares, ties to the earlier one; `None` if it is more
/// than all of them. Amounts are below 2^96.
pub(crate) fn spread(amount: u128, left: &[u128]) -> Option<Vec<u128>> {
    let total = left.iter().try_fold(0_u128, |sum, &one| sum.checked_add(one))?;
    if amount > total {
        return None;
    }
    if total == 0 {
        return Some(vec![0; left.len()]);
    }
    let mut parts = Vec::with_capacity(left.len());
    let mut remainders = Vec::with_capacity(left.len());
    let mut rest = amount;
    for (place, &share) in left.iter().enumerate() {
        let (part, remainder) = product_over(amount, share, total)?;
        rest = rest.checked_sub(part)?;
        parts.push(part);
        remainders.push((remainder, place));
    }
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for &(_, place) in remainders.iter().take(usize::try_from(rest).ok()?) {
        let part = parts.get_mut(place)?;
        *part = part.checked_add(1)?;
    }
    Some(parts)
}

/// The shares of each tender in each leg, in the order of the legs; `None` unless the tenders
/// together are the legs together.
pub(crate) fn freeze(legs: &[u128], tenders: &[u128]) -> Option<Vec<Vec<u128>>> {
    let mut left = tenders.to_vec();
    let mut shares = Vec::with_capacity(legs.len());
    for &leg in legs {
        let of_leg = spread(leg, &left)?;
        left = take(&left, &of_leg)?;
        shares.push(of_leg);
    }
    left.iter().all(|&rest| rest == 0).then_some(shares)
}

/// What is left of shares when these parts are taken.
pub(crate) fn take(left: &[u128], parts: &[u128]) -> Option<Vec<u128>> {
    left.iter().zip(parts).map(|(left, part)| left.checked_sub(*part)).collect()
}

/// `amount · share / total`, to the nearest integer and to the even one of two; the arguments are
/// those of `product_over`.
pub(crate) fn rounded(amount: u128, share: u128, total: u128) -> Option<u128> {
    let (quotient, remainder) = product_over(amount, share, total)?;
    let above = total.checked_sub(remainder)?;
    let rounds_up = remainder > above || (remainder == above && quotient & 1 == 1);
    quotient.checked_add(rounds_up.into())
}

/// These shares with more of each, of which there may be none; none if all of them are 0.
pub(crate) fn add(shares: &[u128], more: &[u128]) -> Vec<u128> {
    let more = more.iter().copied().chain(std::iter::repeat(0));
    let sums: Vec<_> =
        shares.iter().zip(more).map(|(one, more)| one.saturating_add(more)).collect();
    if sums.iter().all(|sum| *sum == 0) { Vec::new() } else { sums }
}

/// Quotient and remainder of `amount · share / total`, where `share` is at most `total`, which is
/// below 2^127. The product has up to 192 bits, and is never formed.
fn product_over(amount: u128, share: u128, total: u128) -> Option<(u128, u128)> {
    if let Some(product) = amount.checked_mul(share) {
        return Some((product.checked_div(total)?, product.checked_rem(total)?));
    }
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    let mut add = |twice: bool, more: u128| {
        let factor = if twice { 2 } else { 1 };
        quotient = quotient.checked_mul(factor)?;
        remainder = remainder.checked_mul(factor)?.checked_add(more)?;
        while remainder >= total {
            remainder = remainder.checked_sub(total)?;
            quotient = quotient.checked_add(1)?;
        }
        Some(())
    };
    for bit in (0..u128::BITS.saturating_sub(amount.leading_zeros())).rev() {
        add(true, 0)?;
        if amount >> bit & 1 == 1 {
            add(false, share)?;
        }
    }
    Some((quotient, remainder))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test may panic")]

    use super::*;
    use proptest::prelude::*;

    const MOST: u128 = (1 << 96) - 1;

    #[test]
    fn a_refund_is_spread_by_largest_remainders() {
        for (amount, left, expected) in [
            (10, &[50, 50][..], Some(vec![5, 5])),
            (1, &[50, 50], Some(vec![1, 0])),
            (2, &[1, 1, 1], Some(vec![1, 1, 0])),
            (5, &[7, 3], Some(vec![4, 1])),
            (10, &[7, 3], Some(vec![7, 3])),
            (11, &[7, 3], None),
            (0, &[0, 0], Some(vec![0, 0])),
            (0, &[], Some(vec![])),
            (MOST, &[MOST - 1, 1], Some(vec![MOST - 1, 1])),
            (MOST / 2, &[MOST - 1, 1], Some(vec![MOST / 2, 0])),
        ] {
            assert_eq!(spread(amount, left), expected, "{amount} over {left:?}");
        }
        assert_eq!(freeze(&[60, 40], &[70, 30]), Some(vec![vec![42, 18], vec![28, 12]]));
        assert_eq!(freeze(&[60, 40], &[70, 31]), None);
        assert_eq!(freeze(&[60, 41], &[70, 30]), None);
    }

    fn amount() -> impl Strategy<Value = u128> {
        prop_oneof![3 => 1..200_u128, 1 => 1..MOST / 64]
    }

    /// Parts of a whole at random cuts.
    fn cut(whole: u128, cuts: &[u16]) -> Vec<u128> {
        let mut rest = whole;
        let mut parts: Vec<_> = cuts
            .iter()
            .map(|&cut| {
                let part =
                    rest / 65_536 * u128::from(cut) + rest % 65_536 * u128::from(cut) / 65_536;
                rest -= part;
                part
            })
            .collect();
        parts.push(rest);
        parts
    }

    proptest! {
        /// The law of the purse: legs and tenders are their shares, to the minor unit, and any
        /// refunds in any order give back each share just once.
        #[test]
        fn refunds_give_back_each_share_once(
            whole in amount(),
            legs in prop::collection::vec(any::<u16>(), 0..4),
            tenders in prop::collection::vec(any::<u16>(), 0..6),
            refunds in prop::collection::vec((any::<prop::sample::Index>(), any::<u16>()), 0..12),
        ) {
            let (legs, tenders) = (cut(whole, &legs), cut(whole, &tenders));
            let shares = freeze(&legs, &tenders).expect("equal sums");
            for (leg, of_leg) in legs.iter().zip(&shares) {
                prop_assert_eq!(of_leg.iter().sum::<u128>(), *leg);
            }
            for (place, tender) in tenders.iter().enumerate() {
                prop_assert_eq!(shares.iter().map(|of_leg| of_leg[place]).sum::<u128>(), *tender);
            }
            let mut left = shares.clone();
            let mut back = vec![0; tenders.len()];
            let mut refund = |leg: usize, amount: u128| {
                let parts = spread(amount, &left[leg]).expect("within the leg");
                assert_eq!(parts.iter().sum::<u128>(), amount);
                left[leg] = take(&left[leg], &parts).expect("within each share");
                back.iter_mut().zip(parts).for_each(|(back, part)| *back += part);
                left[leg].iter().sum::<u128>()
            };
            for (leg, part) in refunds {
                let leg = leg.index(legs.len());
                let rest = refund(leg, 0);
                refund(leg, cut(rest, &[part])[0]);
            }
            for leg in 0..legs.len() {
                let rest = refund(leg, 0);
                prop_assert_eq!(refund(leg, rest), 0);
            }
            prop_assert_eq!(back, tenders);
        }

        #[test]
        fn long_products_are_divided_as_short_ones(
            a in 0..1_u128 << 60,
            c in 1..1_u128 << 60,
            b in any::<u64>(),
        ) {
            let share = u128::from(b) % (c + 1);
            let expected = (a * share / c, a * share % c);
            prop_assert_eq!(product_over(a, share, c), Some(expected));
            // Both times 2^66: the product no longer fits.
            let (long, total) = (share << 66, c << 66);
            let found = product_over(a << 30, long, total).expect("a quotient");
            let exact = (a << 30) / c * share + ((a << 30) % c) * share / c;
            prop_assert_eq!(found.0, exact);
        }
    }
}
