//! demo
use super::arguments::Demo;
use super::failure::{Ending, Failure};
use std::io::Write;
pub(crate) fn run(_a: &Demo, _o: &mut dyn Write) -> Result<Ending, Failure> {
    Ok(Ending::Done)
}
