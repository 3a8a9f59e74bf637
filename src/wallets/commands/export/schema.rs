//! The schema is that of the types. `ESCROWDB_BLESS=1 cargo test --lib schema` writes it.

use super::PersonExport;
use super::document::PersonDocument;
use schemars::generate::SchemaSettings;
use std::path::Path;

#[test]
fn the_schema_of_an_export_is_that_of_its_types() {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<PersonDocument>();
    let mut found = serde_json::to_string_pretty(&schema).expect("a schema");
    found.push('\n');
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wallets/commands/export/schema.json");
    if std::env::var_os("ESCROWDB_BLESS").is_some() {
        std::fs::write(path, &found).expect("a file");
        return;
    }
    assert!(found == PersonExport::SCHEMA, "stale: see the top of this module");
}
