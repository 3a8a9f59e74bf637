//! What a policy's JSON looks like, for editors and other programs.
//!
//! Both files are made from the types of this module, their documentation and their defaults; a
//! test fails where one of them is stale.

use super::Policy;

impl Policy {
    /// The JSON Schema (draft 2020-12) of what [`Policy::from_json`] reads: every field with what
    /// it means, its unit as `x-unit`, and its default. An editor completes and checks by it. It
    /// knows no rule that binds several fields: those are [`Policy::check`]'s.
    ///
    /// ```
    /// use escrowdb::wallet::Policy;
    /// let schema: serde_json::Value = serde_json::from_str(Policy::SCHEMA)?;
    /// assert_eq!(schema["title"], "Policy");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub const SCHEMA: &'static str = include_str!("schema/schema.json");
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
