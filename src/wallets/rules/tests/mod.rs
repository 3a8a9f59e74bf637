//! What holds of all rules together.

mod samples;
