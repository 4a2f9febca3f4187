//! Messages as files.

use std::path::Path;

use courier::{Address, Courier, Email, Error};

fn mail(id: &str) -> Email {
    Email {
        from: Address::new(Some("Green Hill"), "orders@market.example").expect("valid"),
        to: Address::new(Some("Añа, \"the\" Buyer <x>"), "ana@mail.example").expect("valid"),
        subject: "Your order is ready – ¡listo!".to_owned(),
        text: "Ready at 10:00.\n\n.\nFrom here on\n".to_owned(),
        html: Some("<p>Ready at 10:00 – ¡listo!</p>".to_owned()),
        id: id.to_owned(),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_message_becomes_one_complete_file() {
    let home = tempfile::tempdir().expect("a temp folder");
    let folder = home.path().join("made/on/demand");
    let courier = Courier::Folder(folder.clone());
    let receipt = courier.send(&mail("dlv_1.a-B")).await.expect("sent");
    assert_eq!(receipt.message_id, "<dlv_1.a-B@market.example>");
    assert_eq!(receipt.file, Some(folder.join("dlv_1.a-B.eml")));
    let text = std::fs::read_to_string(folder.join("dlv_1.a-B.eml")).expect("readable");
    for part in [
        "From: \"Green Hill\" <orders@market.example>\r\n",
        "<ana@mail.example>\r\n",
        "Message-ID: <dlv_1.a-B@market.example>\r\n",
        "Date: ",
        "Content-Type: multipart/alternative;",
        "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let (plain, html) = (text.find("text/plain"), text.find("text/html"));
    assert!(plain < html, "the richest form comes last");
}

#[tokio::test]
async fn without_html_the_message_is_plain_text() {
    let folder = tempfile::tempdir().expect("a temp folder");
    let mut mail = mail("m1");
    mail.html = None;
    let courier = Courier::Folder(folder.path().to_path_buf());
    courier.send(&mail).await.expect("sent");
    let text = std::fs::read_to_string(folder.path().join("m1.eml")).expect("readable");
    assert!(!text.contains("multipart"), "{text}");
    assert!(text.contains("Ready at 10:00."), "{text}");
}

#[tokio::test]
async fn the_same_id_again_is_the_same_mail_also_at_once() {
    let folder = tempfile::tempdir().expect("a temp folder");
    let courier = Courier::Folder(folder.path().to_path_buf());
    let sends: Vec<_> = (0..20)
        .map(|_| {
            let courier = courier.clone();
            tokio::spawn(async move { courier.send(&mail("m1")).await })
        })
        .collect();
    for send in sends {
        send.await.expect("no panic").expect("sent");
    }
    let mut last = mail("m1");
    last.text = "corrected".to_owned();
    courier.send(&last).await.expect("sent");
    assert_eq!(names(folder.path()), ["m1.eml"]);
    let text = std::fs::read_to_string(folder.path().join("m1.eml")).expect("readable");
    assert!(text.contains("corrected"), "{text}");
}

#[tokio::test]
async fn ids_that_are_paths_and_subjects_of_two_lines_are_refused() {
    let folder = tempfile::tempdir().expect("a temp folder");
    let courier = Courier::Folder(folder.path().to_path_buf());
    let long = "i".repeat(101);
    for id in [
        "", ".", "..", "a/b", "../a", "a\\b", ".a", "a.", "a..b", "a b", "ä", "a\n", "a@b", &long,
    ] {
        let error = courier.send(&mail(id)).await.expect_err(id);
        assert!(matches!(error, Error::Id(_)), "{id:?}: {error}");
    }
    let long = "s".repeat(301);
    for subject in ["a\r\nBcc: x@y.example", "a\n", "\u{202e}a", "a\0", &long] {
        let mut mail = mail("m1");
        mail.subject = subject.to_owned();
        let error = courier.send(&mail).await.expect_err(subject);
        assert!(matches!(error, Error::Subject(_)), "{subject:?}: {error}");
    }
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named_and_left_clean() {
    let home = tempfile::tempdir().expect("a temp folder");
    let file = home.path().join("file");
    std::fs::write(&file, "not a folder").expect("written");
    let error = Courier::Folder(file.clone())
        .send(&mail("m1"))
        .await
        .expect_err("no folder");
    assert!(error.to_string().contains("file/m1.eml"), "{error}");

    // The name is taken by a folder: the rename fails and the draft must go.
    let folder = home.path().join("mail");
    std::fs::create_dir_all(folder.join("m1.eml")).expect("made");
    let error = Courier::Folder(folder.clone())
        .send(&mail("m1"))
        .await
        .expect_err("taken");
    assert!(matches!(error, Error::Folder { .. }), "{error}");
    assert_eq!(names(&folder), ["m1.eml"]);
}

#[tokio::test]
async fn any_accepted_name_subject_and_text_can_be_sent() {
    let folder = tempfile::tempdir().expect("a temp folder");
    let courier = Courier::Folder(folder.path().to_path_buf());
    let wide = "漢字".repeat(33);
    let texts = [
        "",
        "\"",
        "\\",
        "<>@,;:",
        "=?utf-8?q?x?=",
        "a b",
        "👩‍🌾 Rosa's",
        &wide,
        "\u{301}",
        "(c)",
        "'",
        "=",
        "nbsp\u{a0}\u{a0}",
        "\u{feff}",
        "\u{ad}soft",
    ];
    for name in texts {
        for subject in texts {
            let mut mail = mail("m1");
            mail.from = Address::new(Some(name), "orders@market.example").expect("accepted");
            mail.subject = subject.to_owned();
            mail.text = format!("{name}\r\n{subject}\n\0\u{1b}\n{}", "x".repeat(2_000));
            courier.send(&mail).await.expect("sent");
        }
    }
}

#[tokio::test]
async fn the_console_takes_a_message_and_checks_it_too() {
    let receipt = Courier::Console.send(&mail("m1")).await.expect("printed");
    assert_eq!(receipt.file, None);
    let error = Courier::Console
        .send(&mail("a/b"))
        .await
        .expect_err("refused");
    assert!(matches!(error, Error::Id(_)), "{error}");
}
