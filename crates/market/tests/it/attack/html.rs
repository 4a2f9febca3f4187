//! Just enough HTML to see whether a text has become markup.
use std::collections::BTreeSet;

/// One opening tag: its name and its attributes, lower case.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

/// All opening tags, read as a browser reads them: in doubt, a tag.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix("!--") {
            rest = behind.split_once("-->").map_or("", |pair| pair.1);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, behind) = tag(rest);
            found.push(tag);
            rest = behind;
        }
    }
    found
}

fn tag(text: &str) -> (Tag, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || c == '>' || c == '/';
    let end = text.find(ends).unwrap_or(text.len());
    let mut tag = Tag {
        name: text[..end].to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, rest);
        }
        if let Some(behind) = rest.strip_prefix('>') {
            return (tag, behind);
        }
        let end = rest
            .find(|c: char| ends(c) || c == '=')
            .unwrap_or(rest.len());
        let name = rest[..end.max(1)].to_ascii_lowercase();
        rest = rest[end.max(1)..].trim_start();
        let mut value = "";
        if let Some(behind) = rest.strip_prefix('=') {
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''));
            (value, rest) = match quote {
                Some(quote) => behind[1..].split_once(quote).unwrap_or((&behind[1..], "")),
                None => behind.split_at(
                    behind
                        .find(|c: char| c.is_ascii_whitespace() || c == '>')
                        .unwrap_or(behind.len()),
                ),
            };
        }
        tag.attributes.push((name, value.to_owned()));
    }
}

/// What our own pages never have: a page with one of these was written by somebody else.
pub fn foreign(html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for Tag { name, attributes } in tags(html) {
        let has = |wanted: &str| attributes.iter().any(|(known, _)| known == wanted);
        let inline = name == "script" && !has("src");
        // A frame of ours that may do nothing at all.
        let is_shut = |(known, value): &(String, String)| known == "sandbox" && value.is_empty();
        let shut = name == "iframe" && attributes.iter().any(is_shut);
        if inline
            || [
                "xss", "iframe", "object", "embed", "base", "style", "marquee",
            ]
            .contains(&&*name)
                && !shut
        {
            found.insert(format!("<{name}>"));
        }
        for (attribute, value) in &attributes {
            let address = ["src", "href", "action", "formaction", "data", "poster"]
                .contains(&attribute.as_str());
            let here = value.starts_with('/') && !value.starts_with("//");
            let leads_away = address && attribute != "href" && !here && !value.is_empty();
            let runs = value.trim().to_ascii_lowercase().starts_with("javascript:");
            if attribute.starts_with("on")
                || ["xss", "style", "srcdoc"].contains(&attribute.as_str())
                || leads_away
                || (address && runs)
            {
                found.insert(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }
    found
}

/// The same of an answer of that route: a mail has its style in itself, since there is no other place for it.
pub fn foreign_in(route: &str, html: &str) -> BTreeSet<String> {
    let mut found = foreign(html);
    if route == "/market/mails/{name}/html" {
        found.retain(|what| what != "<style>" && !what.contains(" style="));
    }
    found
}

#[test]
fn markup_is_told_from_text() {
    let seen = |html: &str| foreign(html).into_iter().collect::<Vec<_>>().join(" ");
    for (html, expected) in [
        ("<p class=\"a\">&lt;xss&gt; \" onload=1 < b</p>", ""),
        ("<input value=\"' onload=1 <xss>\">", ""),
        (
            "<script src=\"/assets/a.js\"></script><a href=\"https://a.example\">",
            "",
        ),
        ("<!-- <xss> --><p>", ""),
        ("<p><XSS a=1>", "<xss>"),
        ("<input value=\"\" xss=1>", "<input xss=\"1\">"),
        ("<input value=''onfocus='x'>", "<input onfocus=\"x\">"),
        ("<script>x</script>", "<script>"),
        ("<img src=x>", "<img src=\"x\">"),
        (
            "<img src=//evil.example/a>",
            "<img src=\"//evil.example/a\">",
        ),
        ("<a href=\" JavaScript:x\">", "<a href=\" JavaScript:x\">"),
        ("<p style=\"a\">", "<p style=\"a\">"),
        ("<iframe src=\"/a\" sandbox></iframe>", ""),
        ("<iframe src=\"/a\">", "<iframe>"),
        ("<iframe src=\"/a\" sandbox=\"allow-scripts\">", "<iframe>"),
        ("<iframe src=\"//e\" sandbox>", "<iframe src=\"//e\">"),
    ] {
        assert_eq!(seen(html), expected, "{html}");
    }
    assert_eq!(tags("<a b = c d/><e").len(), 2);
}
