//! SKELETON: the real one lands later (exact decimal text ↔ amount).
#![allow(missing_docs, clippy::todo, unused)]
use crate::model::*;
#[derive(Debug, Clone, PartialEq, Eq)] pub struct ParseAmountError;
impl std::fmt::Display for ParseAmountError { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
pub fn parse(text: &str, scale: u8) -> Result<Amount, ParseAmountError> { todo!() }
pub fn format(amount: Amount, scale: u8) -> String { todo!() }
pub fn format_signed(minor_units: i128, scale: u8) -> String { todo!() }
pub fn parse_rate(text: &str) -> Result<u32, ParseAmountError> { todo!() }
pub fn format_rate(ppm: u32) -> String { todo!() }
pub fn iso_ledger(number: u32, code: &str) -> Result<Ledger, ParseAmountError> { todo!() }
