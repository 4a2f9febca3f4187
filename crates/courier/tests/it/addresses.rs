//! What an address may be, and what lettre would take or die of.

use courier::Address;

fn refused(name: Option<&str>, email: &str) -> String {
    match Address::new(name, email) {
        Ok(address) => panic!("{address:?} was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn ordinary_addresses_are_kept_as_typed() {
    for email in [
        "ana@mail.example",
        "ana.maria+farm@mail.co.example",
        "o'neil@mail.example",
        "a@b.co",
        "ana@xn--mnchen-3ya.example",
        "Ana_1@Mail.Example",
    ] {
        let address = Address::new(None, email).expect(email);
        assert_eq!((address.email(), address.name()), (email, None));
        assert_eq!(address.to_string(), email);
    }
}

#[test]
fn names_are_trimmed_and_blank_means_none() {
    let address = Address::new(Some("  Josefína “Fini” O'Neil  "), "a@b.example").expect("valid");
    assert_eq!(address.name(), Some("Josefína “Fini” O'Neil"));
    assert_eq!(address.to_string(), "Josefína “Fini” O'Neil <a@b.example>");
    assert_eq!(address.domain(), "b.example");
    let blank = Address::new(Some("  "), "a@b.example").expect("valid");
    assert_eq!(blank.name(), None);
}

#[test]
fn names_that_break_a_header_or_reorder_text_are_refused() {
    for bad in [
        "\r", "\n", "\0", "\t", "\u{7f}", "\u{85}", "\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}",
        "\u{2028}",
    ] {
        for name in [
            format!("Rosa{bad}Bcc: x@y.example"),
            bad.to_owned(),
            format!("Rosa{bad}"),
        ] {
            let error = refused(Some(&name), "a@b.example");
            assert!(error.contains("control or bidirectional"), "{error}");
        }
    }
    let error = refused(Some(&"n".repeat(201)), "a@b.example");
    assert!(error.contains("200 bytes"), "{error}");
}

#[test]
fn addresses_nobody_can_deliver_to_are_refused() {
    let long = format!("{}@{}.example", "a".repeat(64), "b".repeat(60).repeat(4));
    for (email, reason) in [
        ("", "name@domain"),
        ("ana", "name@domain"),
        ("@mail.example", "name@domain"),
        ("ana@", "name@domain"),
        ("ana@@mail.example", "name@domain"),
        (" ana@mail.example", "name@domain"),
        ("ana @mail.example", "name@domain"),
        ("ana@mail..example", "name@domain"),
        ("ana@mail.example.", "name@domain"),
        ("ana@-mail.example", "name@domain"),
        (".ana@mail.example", "name@domain"),
        ("a,b@mail.example", "name@domain"),
        ("Ana <ana@mail.example>", "name@domain"),
        ("ana@mail.example\r\nBcc: x@y.example", "control"),
        ("ana@mail.example\n", "control"),
        ("\u{202e}ana@mail.example", "bidirectional"),
        ("\"a b\"@mail.example", "quoted"),
        ("ana@[127.0.0.1]", "IP address"),
        ("ana@127.0.0.1", "IP address"),
        ("ana@[IPv6:::1]", "domain"),
        ("ana@::1", "IP address"),
        ("ana@localhost", "without a dot"),
        ("ana@münchen.example", "xn--"),
        ("añа@mail.example", "ASCII"),
        (long.as_str(), "254"),
    ] {
        let error = refused(None, email);
        assert!(error.contains(reason), "{email:?}: {error}");
        assert!(error.ends_with("correct the address"), "{error}");
    }
}
