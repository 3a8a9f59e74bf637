//! Policies that were read before: kept ones never change, and each command goes by that of its
//! order.

use super::transaction::Stop;
use crate::model::policy_hash::PolicyHash;
use crate::orders::rules::rows::PolicyRow;
use crate::orders::rules::{OrderStatus, Policy, Refusal};
use crate::store::house::ReadTransaction;
use crate::store::{Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// So many are remembered; a shop has a few.
const REMEMBERED_MAX: usize = 64;

/// The policies of a store.
#[derive(Default)]
pub(super) struct Policies {
    read: RwLock<HashMap<PolicyHash, Arc<Policy>>>,
}

impl Policies {
    /// The one with this hash, if the store keeps it.
    pub(super) fn find(
        &self,
        reading: &ReadTransaction,
        hash: PolicyHash,
    ) -> Result<Option<Arc<Policy>>> {
        let known = self.read.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(row) = reading.peek::<PolicyRow>(&hash)? else { return Ok(None) };
        let damaged = |error| Error::Corrupt(format!("policy {hash}: {error}"));
        let policy = Arc::new(Policy::from_json(&row.json).map_err(damaged)?);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= REMEMBERED_MAX {
            read.clear();
        }
        read.insert(hash, Arc::clone(&policy));
        Ok(Some(policy))
    }

    /// The one of an order, or refused.
    pub(super) fn of(
        &self,
        reading: &ReadTransaction,
        hash: PolicyHash,
    ) -> Result<Arc<Policy>, Stop> {
        let found = self.find(reading, hash)?;
        found.ok_or(Refusal::of(OrderStatus::POLICY_NOT_FOUND).into())
    }
}
