//! The store under test: the one place that knows its interface.
//!
//! `Store` is the model until the real one is there.

/// What the tests run against.
pub(crate) type Store = crate::model::Model;
