//! Which settings are secret: the same names for every kind, so that none is forgotten.

use serde_json::Value;

use crate::without_credentials;

/// Members whose text is secret wherever they stand: keys, and values of header fields.
const SECRET: [&str; 3] = ["key", "project", "value"];
/// Members that hold an address in which a password may stand.
const ADDRESS: &str = "url";
/// Members whose elements are pairs of a name and a secret.
const PAIRS: &str = "headers";

/// Settings with every secret empty.
pub(super) fn without(settings: &Value) -> Value {
    match settings {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), member(name, value)))
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(without).collect()),
        other => other.clone(),
    }
}

fn member(name: &str, value: &Value) -> Value {
    match value {
        Value::String(_) if SECRET.contains(&name) => Value::String(String::new()),
        Value::String(url) if name == ADDRESS => Value::String(without_credentials(url)),
        Value::Array(pairs) if name == PAIRS => Value::Array(pairs.iter().map(pair).collect()),
        other => without(other),
    }
}

/// `["x-api-key", "…"]`, or an object with `value`.
fn pair(pair: &Value) -> Value {
    match pair.as_array().map(Vec::as_slice) {
        Some([name, Value::String(_)]) => {
            Value::Array(vec![name.clone(), Value::String(String::new())])
        }
        _ => without(pair),
    }
}

/// Fills what is empty in `settings` from `known`. An address that is the known one without its password gets it back.
pub(super) fn keep(settings: &mut Value, known: &Value) {
    let blank = without(known);
    fill(settings, known, &blank);
}

fn fill(settings: &mut Value, known: &Value, blank: &Value) {
    match (settings, known, blank) {
        (Value::Object(own), Value::Object(known), Value::Object(blank)) => {
            for (name, value) in known {
                let Some(shown) = blank.get(name) else {
                    continue;
                };
                match own.get_mut(name) {
                    Some(own) => fill(own, value, shown),
                    // A secret that was left out altogether.
                    None if SECRET.contains(&name.as_str()) && shown != value => {
                        own.insert(name.clone(), value.clone());
                    }
                    None => {}
                }
            }
        }
        (Value::Array(own), Value::Array(known), Value::Array(blank)) => {
            for ((own, known), blank) in own.iter_mut().zip(known).zip(blank) {
                fill(own, known, blank);
            }
        }
        // What came back as it was shown, and was shown without its secret, is as it was.
        (own @ Value::String(_), Value::String(known), shown) if own == shown => {
            *own = Value::String(known.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_secret_is_shown_and_none_is_lost() {
        let known = json!({
            "url": "https://user:pass@node.example/", "key": "5e5e", "chain_id": 5555, "project": "p-1",
            "headers": [["x-api-key", "s3cret"], {"name": "x-other", "value": "s4cret"}],
            "nested": {"node": {"url": "http://x:k@127.0.0.1:1"}},
        });
        let shown = without(&known);
        let text = shown.to_string();
        for secret in ["pass", "5e5e", "p-1", "s3cret", "s4cret", "x:k"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        let mut same = shown.clone();
        keep(&mut same, &known);
        assert_eq!(same, known);
        let mut changed = shown;
        changed["url"] = json!("https://other.example/");
        changed["key"] = json!("7a7a");
        changed.as_object_mut().unwrap().remove("project");
        keep(&mut changed, &known);
        assert_eq!(changed["url"], "https://other.example/");
        assert_eq!(changed["key"], "7a7a");
        assert_eq!(changed["project"], "p-1");
    }
}
