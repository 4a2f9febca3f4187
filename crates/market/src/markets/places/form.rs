//! The form of a place.
use super::model::{ACCESS, ADDRESS, NAME, Place, https};
use crate::{
    kernel::{ids::PlaceId, line},
    pages::inputs::{Answers, Group, Input, Problems},
    words::Words,
};

pub fn filled(place: &Place) -> Answers {
    Answers::default()
        .with("name", &place.name)
        .with("address", &place.address)
        .with("access", place.access.clone().unwrap_or_default())
        .with("map_url", place.map_url.clone().unwrap_or_default())
}

pub fn group(w: Words, answers: &Answers) -> Group {
    let inputs = vec![
        Input::new(
            "text",
            "name",
            w.say("markets-place-name"),
            answers.get("name"),
        )
        .hint(w.say("markets-place-name-hint")),
        Input::new(
            "text",
            "address",
            w.say("markets-place-address"),
            answers.get("address"),
        ),
        Input::new(
            "text",
            "access",
            w.say("markets-place-access"),
            answers.get("access"),
        )
        .hint(w.say("markets-place-access-hint"))
        .optional(),
        Input::new(
            "url",
            "map_url",
            w.say("markets-place-map"),
            answers.get("map_url"),
        )
        .hint(w.say("markets-place-map-hint"))
        .optional(),
    ];
    Group {
        legend: None,
        inputs,
    }
}

pub fn read(id: PlaceId, answers: &Answers) -> Result<Place, Problems> {
    let mut problems = Problems::default();
    let name = line::line(answers.get("name"), NAME);
    if name.is_err() {
        problems.add("name", "markets-place-bad-name");
    }
    let address = line::line(answers.get("address"), ADDRESS);
    if address.is_err() {
        problems.add("address", "markets-place-bad-address");
    }
    let access = answers.get("access");
    let access = (!access.is_empty()).then(|| line::line(access, ACCESS));
    if matches!(access, Some(Err(_))) {
        problems.add("access", "markets-place-bad-access");
    }
    let map_url = answers.get("map_url");
    let map_url = (!map_url.is_empty()).then(|| https(map_url));
    if map_url == Some(None) {
        problems.add("map_url", "markets-place-bad-map");
    }
    match (name, address) {
        (Ok(name), Ok(address)) if problems.is_empty() => Ok(Place {
            id,
            name,
            address,
            access: access.and_then(Result::ok),
            map_url: map_url.flatten(),
            version: answers.get("version").parse().unwrap_or(1),
        }),
        _ => Err(problems),
    }
}
