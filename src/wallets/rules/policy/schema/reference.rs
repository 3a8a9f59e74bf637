//! The page of all fields, made from the schema.

use serde_json::{Map, Value};
use std::fmt::Write as _;

const HEAD: &str = "\
# Every field of a policy

Made from the types; the schema says the same to programs. A field in *italics* has no default and
must be given; all others may be left out. Amounts are whole minor units of the currency: 20000 are
200.00 where the scale is 2.
";

/// The page.
pub(super) fn page(schema: &Value) -> String {
    let mut page = Page { schema, text: HEAD.into() };
    page.section("", schema, None);
    page.names();
    page.text
}

struct Page<'s> {
    schema: &'s Value,
    text: String,
}

impl<'s> Page<'s> {
    /// The fields of one object, then those of the objects in it. `default` is what stands for it
    /// where it is left out.
    fn section(&mut self, path: &str, object: &'s Value, default: Option<&'s Value>) {
        let title = if path.is_empty() { "The policy".into() } else { format!("`{path}`") };
        let _ = writeln!(self.text, "\n## {title}\n\n{}\n", words(object));
        let fields = object["properties"].as_object().expect("an object has fields");
        let of_whole = default.is_some() && object.get("required").is_some();
        if of_whole {
            self.text.push_str("Left out, it has these values; given, it has all its fields.\n\n");
        }
        self.text
            .push_str("| field | is | unit | default | means |\n| --- | --- | --- | --- | --- |\n");
        for (name, field) in fields {
            let needed = default.is_none() && is_required(object, name);
            let shown = if needed { format!("*`{name}`*") } else { format!("`{name}`") };
            let unit = field["x-unit"].as_str().unwrap_or_default();
            let value = default_of(field, name, default);
            let value = if needed { String::new() } else { value.map_or(String::new(), brief) };
            let is = self.kind(field);
            let _ = writeln!(self.text, "| {shown} | {is} | {unit} | {value} | {} |", words(field));
        }
        for (name, field) in fields {
            let (brackets, inner) = self.inner(field);
            if inner.get("properties").is_some() {
                let dot = if path.is_empty() { "" } else { "." };
                let value = default_of(field, name, default).filter(|value| value.is_object());
                self.section(&format!("{path}{dot}{name}{brackets}"), inner, value);
            }
        }
    }

    /// What each name of an open list means.
    fn names(&mut self) {
        let definitions = self.schema["$defs"].as_object().expect("definitions");
        for (title, definition) in definitions {
            let Some(names) = definition["oneOf"].as_array() else { continue };
            let _ = writeln!(self.text, "\n## {title}\n\n{}\n", words(definition));
            self.text.push_str("| name | means |\n| --- | --- |\n");
            for name in names {
                let text = name["const"].as_str().expect("a name");
                let _ = writeln!(self.text, "| `{text}` | {} |", words(name));
            }
        }
    }

    /// The schema that a reference leads to; and that of what may be null.
    fn resolved(&self, field: &'s Value) -> &'s Value {
        let one_of_two = field["anyOf"].as_array().filter(|all| all.last() == Some(&null()));
        if let Some([one, _]) = one_of_two.map(Vec::as_slice) {
            return self.resolved(one);
        }
        match self.defined(field) {
            found if found == field => field,
            found => self.resolved(found),
        }
    }

    /// The definition that a reference leads to.
    fn defined(&self, field: &'s Value) -> &'s Value {
        let Some(target) = field["$ref"].as_str() else { return field };
        let name = target.strip_prefix("#/$defs/").expect("a definition");
        &self.schema["$defs"][name]
    }

    /// What lists hold, with a pair of brackets for each.
    fn inner(&self, field: &'s Value) -> (String, &'s Value) {
        let field = self.resolved(field);
        match field.get("items") {
            Some(items) => {
                let (brackets, inner) = self.inner(items);
                (format!("[]{brackets}"), inner)
            }
            None => (String::new(), field),
        }
    }

    fn kind(&self, field: &'s Value) -> String {
        let or_null = match may_be_null(self.defined(field)) {
            true => " or `null`",
            false => "",
        };
        let (brackets, inner) = self.inner(field);
        if !brackets.is_empty() {
            let lists = "list of ".repeat(brackets.len() / 2);
            return format!("{lists}{}{or_null}", self.kind(inner));
        }
        let is = if inner.get("properties").is_some() {
            "object".into()
        } else if let Some(title) = self.title_of_names(inner) {
            format!("name: {title}")
        } else if inner.get("anyOf").is_some() {
            "amount".into()
        } else {
            scalar(inner)
        };
        format!("{is}{or_null}")
    }

    fn title_of_names(&self, inner: &Value) -> Option<&'s str> {
        let definitions = self.schema["$defs"].as_object()?;
        let found = definitions.iter().find(|(_, one)| *one == inner && one.get("oneOf").is_some());
        found.map(|(title, _)| title.as_str())
    }
}

fn null() -> Value {
    serde_json::json!({ "type": "null" })
}

fn may_be_null(field: &Value) -> bool {
    let of = |value: &Value| value.as_array().is_some_and(|all| all.contains(&"null".into()));
    let any = field["anyOf"].as_array().is_some_and(|all| all.contains(&null()));
    of(&field["type"]) || any
}

fn scalar(schema: &Value) -> String {
    let kind = &schema["type"];
    let kind = kind.as_str().or_else(|| kind[0].as_str()).expect("a type");
    match kind {
        "integer" => {
            format!("whole number, {} to {}", schema["minimum"], schema["maximum"])
        }
        "boolean" => "`true` or `false`".into(),
        other => other.replace("string", "text"),
    }
}

fn is_required(object: &Value, name: &str) -> bool {
    object["required"].as_array().is_some_and(|names| names.contains(&name.into()))
}

/// What stands for a field that is left out: what the object that it is in says, else its own.
fn default_of<'s>(field: &'s Value, name: &str, whole: Option<&'s Value>) -> Option<&'s Value> {
    match whole.and_then(Value::as_object).map(|whole: &Map<_, _>| whole.get(name)) {
        Some(value) => value,
        None => field.get("default"),
    }
}

/// A value that fits into a cell; of what has a section of its own nothing.
fn brief(value: &Value) -> String {
    match value {
        Value::Object(_) => "see below".into(),
        Value::Null => "none".into(),
        value => format!("`{value}`"),
    }
}

/// The documentation, on one line and without links.
fn words(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.replace("[`", "`").replace("`]", "`").replace('\n', " ").replace("  ", " ")
}
