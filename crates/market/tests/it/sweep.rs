//! Every route × method × kind of caller: what is declared here is what is answered. The list of routes is read from
//! the source, so that a route without a declaration fails.
use std::{collections::BTreeSet, fs, path::Path};

use axum::http::Method;
use market::accounts::model::Scope;

use crate::support::{Answer, Client, TestApp, TestOrder};

/// In the order of the columns below. `rosa` and `ben` grow the order that `ana` placed; `cleo` has no part in it.
pub const CALLERS: [&str; 15] = [
    "nobody",
    "guest",
    "other guest",
    "ana",
    "carl",
    "rosa",
    "cleo",
    "host",
    "driver",
    "manager",
    "twin manager",
    "admin",
    "read token",
    "write token",
    "twin token",
];

/// Method, route, and the status each caller gets.
#[rustfmt::skip]
pub const DECLARED: &[(&str, &str, [u16; CALLERS.len()])] = &[
    //                                     nobody guest other ana carl rosa cleo host driv mana twin admi read writ twin
    ("GET",  "/",                        [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/login",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/login",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/login/link/{token}",      [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/login/link/{token}",      [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/login/password",          [422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 401, 401, 401]),
    ("GET",  "/signup",                  [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/signup",                  [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/signup/{token}",          [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/signup/{token}",          [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/reset",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/reset",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/reset/{token}",           [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/reset/{token}",           [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/account",                 [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/account",                 [401, 401, 401, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("POST", "/account/password",        [401, 401, 401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 401, 401, 401]),
    ("POST", "/account/email",           [401, 401, 401, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/account/email/{token}",   [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/account/email/{token}",   [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/account/sessions",        [401, 401, 401, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/account/tokens",          [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/account/tokens",          [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/account/tokens/revoke",   [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/farm/team",               [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/team",               [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/farm/team/remove",        [401, 401, 401, 403, 403, 404, 404, 403, 403, 404, 403, 404, 401, 401, 401]),
    ("GET",  "/invite/{token}",          [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/invite/{token}",          [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/orders",                  [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/logout",                  [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/t/{token}",               [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/c/{code}",                [200, 303, 200, 303, 200, 303, 200, 303, 200, 303, 200, 303, 401, 401, 401]),
    ("GET",  "/C/{code}",                [200, 303, 200, 303, 200, 303, 200, 303, 200, 303, 200, 303, 401, 401, 401]),
    ("GET",  "/track",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/track",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/orders/{id}/track",       [404, 200, 404, 200, 404, 200, 404, 200, 404, 200, 404, 200, 200, 200, 401]),
    ("GET",  "/orders/{id}/events",      [401, 200, 404, 200, 404, 200, 404, 200, 404, 200, 404, 200, 200, 200, 401]),
    ("GET",  "/api/orders",              [401, 403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401]),
    ("GET",  "/api/orders/{id}",         [401, 200, 404, 200, 404, 200, 404, 200, 404, 200, 404, 200, 200, 200, 401]),
    ("PUT",  "/api/orders/{id}/status",  [401, 403, 404, 403, 404, 200, 404, 403, 404, 200, 404, 200, 403, 200, 401]),
    ("POST", "/api/orders/{id}/undo",    [401, 403, 404, 403, 404, 409, 404, 409, 404, 409, 404, 409, 403, 409, 401]),
    ("GET",  "/api/products",            [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401]),
    ("POST", "/api/products",            [401, 403, 403, 403, 403, 201, 404, 403, 403, 201, 403, 201, 403, 201, 401]),
    ("GET",  "/api/products/{id}",       [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401]),
    ("PUT",  "/api/products/{id}",       [401, 403, 403, 403, 403, 200, 404, 403, 403, 200, 403, 200, 403, 200, 401]),
    ("PUT",  "/api/products/{id}/stock", [401, 403, 403, 403, 403, 200, 404, 403, 403, 200, 403, 200, 403, 200, 401]),
    ("GET",  "/farm/board",              [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/board",              [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/board/events",       [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/harvest",            [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    // Each caller brings an order of its own, so that what was ticked before is not what is needed now.
    ("POST", "/farm/harvest",            [401, 401, 401, 403, 403, 303, 404, 403, 403, 412, 403, 412, 401, 401, 401]),
    ("GET",  "/farm/harvest.csv",        [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/slips",              [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/labels",             [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/orders/{id}/here",        [401, 409, 404, 409, 404, 403, 404, 403, 404, 403, 404, 403, 403, 403, 401]),
    ("GET",  "/farm/checkin",            [401, 401, 401, 403, 403, 200, 200, 200, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/checkin",            [401, 401, 401, 403, 403, 409, 404, 409, 403, 409, 403, 409, 401, 401, 401]),
    ("GET",  "/farm/checkin/events",     [401, 401, 401, 403, 403, 200, 200, 404, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/late",               [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/late",               [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/more",               [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/board/bulk",         [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/api/orders/status",       [401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401]),
    ("GET",  "/farm/orders/{id}",        [401, 401, 401, 403, 403, 200, 404, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/orders/{id}/tick",   [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/orders/{id}/short",  [401, 401, 401, 403, 403, 422, 404, 403, 403, 422, 403, 422, 401, 401, 401]),
    ("POST", "/farm/orders/{id}/short",  [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/shop",                       [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/p/{slug}",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/farms",                      [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/farms/{slug}",               [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/cart",                       [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/cart",                       [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("POST", "/cart/accept",                [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/checkout",                   [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("POST", "/checkout",                   [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/checkout/pickup",            [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("POST", "/checkout/pickup",            [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/checkout/confirm",           [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("POST", "/checkout/confirm",           [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/orders/{id}/thanks",         [404, 200, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/api/windows",                [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401]),
    ("GET",  "/api/cart",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401]),
    ("PUT",  "/api/cart/lines/{id}",        [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 200, 401]),
    ("POST", "/api/orders",                 [201, 201, 201, 201, 201, 201, 201, 201, 201, 201, 201, 201, 403, 201, 401]),
    ("GET",  "/orders/{id}/change",         [401, 200, 404, 200, 404, 403, 404, 403, 404, 403, 404, 403, 403, 403, 401]),
    ("POST", "/orders/{id}/change",         [401, 303, 404, 303, 404, 403, 404, 403, 404, 403, 404, 403, 403, 403, 401]),
    ("POST", "/orders/{id}/cancel",         [401, 303, 404, 303, 404, 403, 404, 403, 404, 403, 404, 403, 403, 403, 401]),
    ("PUT",  "/api/orders/{id}/lines",      [401, 200, 404, 200, 404, 403, 404, 403, 404, 403, 404, 403, 403, 403, 401]),
    ("GET",  "/farm/products",           [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/products/new",       [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/products/new",       [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/products/{id}",      [401, 401, 401, 403, 403, 200, 404, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/products/{id}",      [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/farm/products/{id}/stock",
                                         [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/farm/products/{id}/sold-out",
                                         [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/products.csv",       [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/farm/products/import",    [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/products/import",    [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farm/settings",           [401, 401, 401, 403, 403, 200, 200, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/farm/settings",           [401, 401, 401, 403, 403, 303, 404, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/farms/new",               [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/farms/new",               [401, 401, 401, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/market",                    [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/events",             [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/orders",             [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/orders",             [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/market/orders/filters",     [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("POST", "/market/orders/filters/forget",
                                           [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/market/orders.csv",         [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/users",              [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/users/sessions",     [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/market/audit",              [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/audit.csv",          [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/farms",            [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/farms/{id}",       [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/market/days",               [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/days/new",           [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/days/new",           [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 422, 401, 401, 401]),
    ("GET",  "/market/days/{id}",          [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/days/{id}",          [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 412, 401, 401, 401]),
    ("POST", "/market/days/{id}/status",   [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 412, 401, 401, 401]),
    ("GET",  "/market/places",             [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/places/new",         [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/places/new",         [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/market/places/{id}",        [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/places/{id}",        [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 412, 401, 401, 401]),
    ("GET",  "/market/settings",           [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/settings",           [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 412, 401, 401, 401]),
    ("GET",  "/market/mails",              [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/market/mails/{name}",       [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("POST", "/market/mails/{name}",       [401, 401, 401, 403, 403, 403, 403, 403, 403, 303, 403, 303, 401, 401, 401]),
    ("GET",  "/market/mails/{name}/html",  [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/setup",                   [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/setup/done",                [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 403, 200, 401, 401, 401]),
    ("GET",  "/setup/{token}",           [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("POST", "/setup/{token}",           [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/notifications",           [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("POST", "/notifications/read",      [401, 401, 401, 303, 303, 303, 303, 303, 303, 303, 303, 303, 401, 401, 401]),
    ("GET",  "/notifications/events",    [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/sw.js",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",  "/manifest.webmanifest",    [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",  "/offline",                 [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/assets/{file}",           [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",  "/dev/components",          [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 401, 401]),
    ("GET",  "/developers",              [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401]),
    ("GET",  "/api/openapi.json",        [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",  "/livez",                   [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("GET",  "/readyz",                  [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
];

/// The path and methods of each `.route("…", …)` in the product's source.
fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    scan(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    found
}

fn scan(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scan(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            for piece in text.split(".route(\"").skip(1) {
                let (route, rest) = piece.split_once('"').unwrap();
                for method in methods(rest) {
                    found.insert((method.to_owned(), route.to_owned()));
                }
            }
        }
    }
}

/// The methods named up to the parenthesis that closes the route.
fn methods(rest: &str) -> Vec<&'static str> {
    let mut depth = 1;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    let call = &rest[..end.unwrap()];
    assert!(
        !call.contains("any("),
        "a route for any method cannot be declared: {call}"
    );
    let named = [
        "get", "post", "put", "patch", "delete", "head", "options", "trace",
    ];
    let upper = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE",
    ];
    let called =
        |name: &&str| call.contains(&format!(",{name}(")) || call.contains(&format!(").{name}("));
    let found: Vec<_> = named
        .iter()
        .zip(upper)
        .filter(|(name, _)| called(name))
        .map(|pair| pair.1)
        .collect();
    assert!(!found.is_empty(), "no method in {call}");
    found
}

#[test]
fn every_route_is_declared_and_no_other() {
    let declared: BTreeSet<_> = DECLARED
        .iter()
        .map(|(method, route, _)| ((*method).to_owned(), (*route).to_owned()))
        .collect();
    assert_eq!(declared.len(), DECLARED.len(), "declared twice");
    assert_eq!(declared, routes());
}

/// One market with its callers; every request comes from another address, so that no limit is met.
pub struct World {
    pub app: TestApp,
    sent: u32,
}

impl World {
    pub async fn new() -> Self {
        Self::of(TestApp::new().await).await
    }

    pub async fn with(change: impl FnOnce(&mut market::config::Config)) -> Self {
        Self::of(TestApp::with(change).await).await
    }

    pub async fn of(app: TestApp) -> Self {
        let scopes = Scope::OrdersRead.as_str();
        app.sql(
            "UPDATE api_tokens SET scopes = $1 WHERE id = 'tok_rosa_staff'",
            &[&scopes],
        )
        .await;
        // Streams say what they have and end.
        app.stop();
        Self { app, sent: 0 }
    }

    pub async fn caller(&mut self, name: &str, order: &TestOrder) -> Client {
        let here = self.app.here();
        let client = match name {
            "nobody" => here.stranger(),
            "guest" => here.guest(order).await,
            "other guest" => {
                let other = self.app.order().by_guest().place().await;
                here.guest(&other).await
            }
            "twin manager" => here.by_session("manager_two"),
            "read token" => here.by_token("rosa_staff"),
            "write token" => here.by_token("rosa"),
            "twin token" => here.by_token("rosa_two"),
            name => here.by_session(name),
        };
        self.sent += 1;
        let [_, _, high, low] = self.sent.to_be_bytes();
        client.from(([198, 18, high, low], 1).into())
    }

    async fn ask(&mut self, method: &str, route: &str, name: &str) -> Answer {
        let order = self
            .app
            .order()
            .farms(["rosa", "ben"])
            .by("ana")
            .place()
            .await;
        let client = self.caller(name, &order).await;
        let path = path(&self.app, route, &order);
        send(&client, method, &path, &body(route, &order)).await
    }
}

pub fn path(app: &TestApp, route: &str, order: &TestOrder) -> String {
    let token = if route.starts_with("/t/") {
        app.app.order_token(&order.id, 1)
    } else {
        "0000".to_owned()
    };
    let slug = if route.starts_with("/p/") {
        "carrots-rosa"
    } else {
        "rosa"
    };
    route
        .replace("{slug}", slug)
        .replace("{name}", "order.placed")
        .replace("{id}", &id(route, order, ""))
        .replace("{token}", &token)
        .replace("{code}", &order.code)
        .replace("/assets/{file}", market::http::assets::url("market.css"))
        + if route == "/market/orders/filters" {
            "?status=READY"
        } else {
            ""
        }
}

/// What the route is about: the order, or a product or farm of the market whose ids end in `tail`.
fn id(route: &str, order: &TestOrder, tail: &str) -> String {
    if route.contains("/products/") || route.starts_with("/api/cart/") {
        format!("prd_frm_rosa{tail}_0")
    } else if route.contains("/farms/") {
        format!("frm_rosa{tail}")
    } else if route.starts_with("/farm/orders/") {
        order.part("rosa").to_owned()
    } else if route.starts_with("/market/days/") {
        format!("day{tail}")
    } else if route.starts_with("/market/places/") {
        format!("plc{tail}")
    } else {
        order.id.clone()
    }
}

/// What a well-meant request of that route holds.
pub fn body(route: &str, order: &TestOrder) -> String {
    match route {
        "/api/orders/{id}/status" => "{\"status\":\"PREPARING\"}".to_owned(),
        // Nobody may take this step back: who may try is told so.
        "/api/orders/{id}/undo" => "{\"expected_version\":4}".to_owned(),
        "/notifications/read" => "until=1".to_owned(),
        "/login" | "/reset" => "email=ana@example.org".to_owned(),
        // An address of its own for each caller, or the limit for one account is met.
        "/login/password" => format!("email={}@example.org&password=wrong+horse", order.code),
        "/signup" => format!(
            "name=Ana&email={}@example.org&password=violet+horse",
            order.code
        ),
        "/account" => "name=Another+Name&version=1".to_owned(),
        // Nobody here has a password.
        "/account/password" => "current=x&password=violet+horse".to_owned(),
        "/account/email" => format!("email={}@example.org", order.code),
        "/account/sessions" => "end=0000000000000000".to_owned(),
        "/account/tokens" => "name=Till&days=30&orders%3Aread=on".to_owned(),
        "/account/tokens/revoke" => "id=tok_rosa_two".to_owned(),
        "/farm/team" => format!("farm=rosa&email={}@example.org&role=FARM_STAFF", order.code),
        "/farm/team/remove" => "farm=rosa&user=usr_rosa_two".to_owned(),
        "/invite/{token}" => "name=Ana".to_owned(),
        "/reset/{token}" => "password=violet+horse".to_owned(),
        "/track" => format!("code={}&email=ana@example.org", order.code),
        "/orders/{id}/change" => "version=4".to_owned(),
        "/api/orders/{id}/lines" => "{\"expected_version\":4,\"lines\":[]}".to_owned(),
        "/cart" => "more=prd_frm_rosa_0&back=/shop".to_owned(),
        "/checkout" => "name=Ana&email=ana@example.org".to_owned(),
        "/checkout/pickup" => "window=win".to_owned(),
        "/checkout/confirm" => "key=0&total=0".to_owned(),
        "/api/cart/lines/{id}" => "{\"quantity\":\"1\"}".to_owned(),
        "/api/orders" => "{\"lines\":[{\"product_id\":\"prd_frm_rosa_0\",\"quantity\":\"1\"}],\"window_id\":\"win\",\
             \"name\":\"Ana\",\"email\":\"ana@example.org\"}"
            .to_owned(),
        "/farm/board" => format!(
            "order={}&to=PREPARING&version=2&key={}",
            order.part("rosa"),
            order.id
        ),
        "/farm/harvest" => format!(
            "farm=rosa&day=2026-11-28&product=prd_frm_rosa_0&done=yes&version=0&key={}",
            order.id
        ),
        "/farm/late" => format!("farm=rosa&window=win&minutes=20&key=late.{}", order.id),
        "/farm/checkin" => format!("order={}&version=4&key=k1&code={}", order.id, order.code),
        "/farm/board/bulk" => format!("farm=rosa&to=PREPARING&key=k1&o=2.{}", order.part("rosa")),
        "/api/orders/status" => {
            format!("{{\"status\":\"PREPARING\",\"orders\":[{{\"id\":\"{}\"}}]}}", order.part("rosa"))
        }
        "/farm/orders/{id}/tick" => format!("line=lin_{}_0&done=yes&version=1&key=k1", order.part("rosa")),
        "/farm/orders/{id}/short" => {
            format!("line=lin_{}_0&got=1&version=2&key=k1", order.part("rosa"))
        }
        "/farm/products/new" => "farm=rosa&key=k1&name=Beans&price=2.40&unit=kg&category=leaf".to_owned(),
        "/farm/products/import" => [("farm", "rosa"), ("key", "k1"), ("apply", "yes"), ("file", SHEET)]
            .map(|(name, text)| format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"))
            .concat()
            + "--x--",
        "/farm/products/{id}" => "do=hide&version=1".to_owned(),
        "/farm/products/{id}/stock" => "stock=12&version=1".to_owned(),
        "/farm/products/{id}/sold-out" => "sold_out=yes&version=1".to_owned(),
        "/api/products" => {
            "{\"farm_id\":\"frm_rosa\",\"name\":\"Beans\",\"price\":\"2.40\",\"unit\":\"kg\",\"category\":\"leaf\"}"
                .to_owned()
        }
        "/api/products/{id}" => {
            "{\"name\":\"Beans\",\"price\":\"2.40\",\"unit\":\"kg\",\"category\":\"leaf\",\"expected_version\":1}"
                .to_owned()
        }
        "/api/products/{id}/stock" => "{\"stock\":\"12\",\"expected_version\":1}".to_owned(),
        "/farm/settings" => "farm=rosa&version=1&name=Rosa&town=Thornbury&story=".to_owned(),
        "/farms/new" => "name=Sedge+Field&town=Thornbury".to_owned(),
        "/market/farms/{id}" => "do=pause&reason=Flood&version=1".to_owned(),
        "/market/days/new" => format!("date=2026-12-05&cutoff=2026-12-04T12:00&{DAY}"),
        "/market/days/{id}" => {
            format!("version=1&cutoff=2026-11-27T12:00&w1_id=win&{DAY}")
        }
        "/market/users/sessions" => "user=usr_rosa_staff".to_owned(),
        "/market/orders" => format!("to=PREPARING&order={}:4", order.id),
        "/market/orders/filters" | "/market/orders/filters/forget" => "name=Late".to_owned(),
        "/market/days/{id}/status" => "step=CLOSE&version=1".to_owned(),
        "/market/places/new" | "/market/places/{id}" => {
            "version=1&name=Square&address=Mill+Lane+1".to_owned()
        }
        "/market/settings" => {
            "version=1&name=riverside&address=Mill+Lane&zone=Europe/London&prefix=FM&tax=IN\
             &fee_goods=5&fee_payer=FARM&fee_order=0&fee_farm=0"
                .to_owned()
        }
        _ => String::new(),
    }
}

const SHEET: &str = "name,price,unit,category\nBeans,2.40,kg,leaf\n";

const DAY: &str = "opens=2026-11-23T08:00&w1_place=plc&w1_from=09:00&w1_to=11:00&w1_capacity=50";

pub async fn send(client: &Client, method: &str, path: &str, body: &str) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    if method == Method::GET {
        client.get(path).await
    } else if path.starts_with("/api/") {
        client.json(method, path, body.to_owned()).await
    } else {
        let mut request = client.request(method, path, body.to_owned());
        let kind = if body.starts_with("--x") {
            "multipart/form-data; boundary=x"
        } else {
            "application/x-www-form-urlencoded"
        };
        request
            .headers_mut()
            .insert("content-type", kind.parse().unwrap());
        client.send(request).await
    }
}

#[tokio::test]
async fn every_caller_gets_what_is_declared() {
    let mut wrong = Vec::new();
    for &(method, route, expected) in DECLARED {
        let mut world = World::new().await;
        let mut got = [0; CALLERS.len()];
        for (name, got) in CALLERS.iter().zip(&mut got) {
            let before = world.app.events().await;
            let answer = world.ask(method, route, name).await;
            *got = answer.status;
            // The order itself brings two parts with two events each.
            let placed = if *name == "other guest" { 6 } else { 4 };
            let written = world.app.events().await - before - placed;
            assert!(
                written == 0 || answer.status < 400,
                "{name} was refused and changed something: {answer:?}"
            );
        }
        if got != expected {
            let row = format!("({method:?}, {route:?}, {got:?})");
            wrong.push(format!("{row}, declared\n    {expected:?}"));
        }
        world.app.finish().await;
    }
    assert!(
        wrong.is_empty(),
        "callers: {CALLERS:?}\n{}",
        wrong.join("\n")
    );
}

#[tokio::test]
async fn no_path_answers_a_method_it_does_not_have() {
    let mut world = World::new().await;
    let paths: BTreeSet<&str> = DECLARED.iter().map(|row| row.1).collect();
    for route in paths {
        let has = |method: &str| DECLARED.iter().any(|row| row.1 == route && row.0 == method);
        for method in [
            "GET", "PUT", "POST", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "BREW",
        ] {
            if has(method) {
                continue;
            }
            for name in ["nobody", "manager"] {
                world.sent = 0;
                let answer = world.ask(method, route, name).await;
                assert_eq!(answer.status, 405, "{name}: {answer:?}");
                let allowed: BTreeSet<&str> = answer
                    .header("allow")
                    .split(',')
                    .filter(|m| *m != "HEAD")
                    .collect();
                let expected: BTreeSet<&str> = DECLARED
                    .iter()
                    .filter(|row| row.1 == route)
                    .map(|row| row.0)
                    .collect();
                assert_eq!(allowed, expected, "{answer:?}");
                assert!(!answer.headers.contains_key("access-control-allow-origin"));
            }
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn an_order_of_the_other_market_is_as_good_as_none() {
    let mut world = World::new().await;
    let order = world.app.order().place().await;
    let twins = world.app.twin().order().place().await;
    let with_id: Vec<_> = DECLARED
        .iter()
        .filter(|row| row.1.contains("{id}"))
        .collect();
    assert!(with_id.len() >= 5);
    for name in CALLERS {
        let client = world.caller(name, &order).await;
        for (method, route, _) in &with_id {
            let mut answers = Vec::new();
            for id in [id(route, &twins, "_two").as_str(), "x_unknown"] {
                let path = route.replace("{id}", id);
                let answer = send(&client, method, &path, &body(route, &twins)).await;
                assert!(
                    [401, 403, 404].contains(&answer.status),
                    "{name}: {answer:?}"
                );
                answers.push((answer.status, answer.header("content-type").to_owned()));
            }
            assert_eq!(answers[0], answers[1], "{name} {method} {route}");
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn nothing_of_the_other_market_shows_anywhere() {
    let mut world = World::new().await;
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    world
        .app
        .twin()
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    world.app.twin().order().by_guest().place().await;
    for name in CALLERS {
        let client = world.caller(name, &order).await;
        for (method, route, _) in DECLARED.iter().filter(|row| row.0 == "GET") {
            let answer = send(&client, method, &path(&world.app, route, &order), "").await;
            // Only somebody's own name and address may say where they work.
            let text = answer.text().replace("manager_two Example", "");
            let text = text.replace("manager_two@example.org", "");
            assert!(!text.contains("_two"), "{name}: {answer:?}");
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn reading_changes_no_row() {
    let mut world = World::new().await;
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    for name in CALLERS {
        let client = world.caller(name, &order).await;
        let before = world.app.dump().await;
        // An order's link is the one that opens a session by being read.
        for (_, route, _) in DECLARED
            .iter()
            .filter(|row| row.0 == "GET" && !row.1.starts_with("/t/"))
        {
            let path = path(&world.app, route, &order);
            client.get(&path).await;
            client.send(client.request(Method::HEAD, &path, "")).await;
            world
                .app
                .dump()
                .await
                .same_as(&before, &format!("{name} {path}"));
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_there() {
    let app = TestApp::new().await;
    for path in [
        "/.git/config",
        "/metrics",
        "/dev/components",
        "/admin",
        "/api",
        "/api/",
        "/api/users",
        "/login/",
    ] {
        for client in [app.stranger(), app.here().by_session("admin")] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 404, "{answer:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    app.finish().await;
}
