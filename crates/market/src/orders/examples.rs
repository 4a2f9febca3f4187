//! The mail of this slice, with names that are made up.
use super::pages::link_mail;
use crate::pages::example::{CUSTOMER, Example, Scene, To};

pub fn examples(scene: &Scene<'_>) -> Vec<Example> {
    let url = scene.link("/t");
    vec![Example {
        name: "order.link",
        to: To::Customer,
        when: "mails-when-order-link",
        letter: link_mail(scene.w, scene.market, &scene.code(), CUSTOMER, &url),
    }]
}
