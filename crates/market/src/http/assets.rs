//! Style and script: compiled in, named by what they hold, compressed once, kept by browsers for ever.
use std::{io::Write as _, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bytes::Bytes;

use crate::kernel::hash;

/// In the order of the cascade's layers.
const CSS: &[&str] = &[
    include_str!("../../assets/css/reset.css"),
    include_str!("../../assets/css/tokens.css"),
    include_str!("../../assets/css/base.css"),
    include_str!("../../assets/css/layout.css"),
    include_str!("../../assets/css/components.css"),
    include_str!("../../assets/css/accounts.css"),
    include_str!("../../assets/css/pages.css"),
    include_str!("../../assets/css/shop.css"),
    include_str!("../../assets/css/products.css"),
    include_str!("../../assets/css/markets.css"),
    include_str!("../../assets/css/notices.css"),
    include_str!("../../assets/css/manage.css"),
    include_str!("../../assets/css/work.css"),
    include_str!("../../assets/css/developers.css"),
    include_str!("../../assets/css/offline.css"),
    include_str!("../../assets/css/print.css"),
];
/// One module: a page asks for one file.
const JS: &[&str] = &[
    include_str!("../../assets/js/market.js"),
    include_str!("../../assets/js/offline.js"),
];

const ICON: &str = include_str!("../../assets/icon.svg");

/// The same mark for those who take no drawing, small enough for the round hole of a phone's mask.
const ICON_192: &[u8] = include_bytes!("../../assets/icon-192.png");
const ICON_512: &[u8] = include_bytes!("../../assets/icon-512.png");

static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    [
        Asset::new("market", "css", "text/css; charset=utf-8", &CSS.concat()),
        Asset::new(
            "market",
            "js",
            "text/javascript; charset=utf-8",
            &JS.concat(),
        ),
        Asset::new("icon", "svg", "image/svg+xml", ICON),
        Asset::picture("icon-192", ICON_192),
        Asset::picture("icon-512", ICON_512),
    ]
});

struct Asset {
    /// `market.css`
    name: String,
    /// `/assets/market.3f2a….css`
    url: String,
    kind: &'static str,
    etag: String,
    plain: Bytes,
    br: Bytes,
    gzip: Bytes,
}

impl Asset {
    fn new(stem: &str, ext: &str, kind: &'static str, text: &str) -> Self {
        let hash = &hash::sha256(text)[..12];
        Self {
            name: format!("{stem}.{ext}"),
            url: format!("/assets/{stem}.{hash}.{ext}"),
            kind,
            etag: format!("\"{hash}\""),
            plain: Bytes::copy_from_slice(text.as_bytes()),
            br: brotli(text.as_bytes()),
            gzip: gzip(text.as_bytes()),
        }
    }

    /// Compressed already.
    fn picture(stem: &str, png: &'static [u8]) -> Self {
        let hash = &hash::sha256(png)[..12];
        Self {
            name: format!("{stem}.png"),
            url: format!("/assets/{stem}.{hash}.png"),
            kind: "image/png",
            etag: format!("\"{hash}\""),
            plain: Bytes::from_static(png),
            br: Bytes::new(),
            gzip: Bytes::new(),
        }
    }

    /// The smallest form the browser takes.
    fn form(&self, accepts: &str) -> (Option<&'static str>, &Bytes) {
        if self.br.is_empty() {
            (None, &self.plain)
        } else if takes(accepts, "br") {
            (Some("br"), &self.br)
        } else if takes(accepts, "gzip") {
            (Some("gzip"), &self.gzip)
        } else {
            (None, &self.plain)
        }
    }
}

/// Whether a coding is in `Accept-Encoding` and not refused with `q=0`.
fn takes(accepts: &str, coding: &str) -> bool {
    accepts.split(',').any(|part| {
        let (name, weight) = part.split_once(";q=").unwrap_or((part, "1"));
        name.trim() == coding && weight.trim().parse().is_ok_and(|weight: f32| weight > 0.0)
    })
}

/// Quality 7 takes a few milliseconds once, at the first page.
fn brotli(bytes: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 7, 20);
    let written = writer.write_all(bytes);
    drop(writer);
    if written.is_err() {
        tracing::error!("an asset could not be compressed");
    }
    out.into()
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = writer.write_all(bytes).and_then(|()| writer.finish());
    written.map_or_else(
        |error| {
            tracing::error!(%error, "an asset could not be compressed");
            Bytes::new()
        },
        Bytes::from,
    )
}

/// All that a page needs, whichever it is.
pub fn shell() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().take(3).map(|asset| asset.url.as_str())
}

/// The address of an asset by its plain name; it changes whenever its content does.
pub fn url(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("", |asset| &asset.url)
}

pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS
        .iter()
        .find(|asset| asset.url.ends_with(&file) && asset.url.len() == file.len() + 8)
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .unwrap_or("")
    };
    let common = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, asset.etag.as_str()),
        (header::VARY, "accept-encoding"),
    ];
    if text(header::IF_NONE_MATCH).contains(&asset.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let (coding, bytes) = asset.form(text(header::ACCEPT_ENCODING));
    let mut response =
        (common, [(header::CONTENT_TYPE, asset.kind)], bytes.clone()).into_response();
    if let Some(coding) = coding {
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(
        path: &str,
        name: header::HeaderName,
        value: &'static str,
    ) -> (StatusCode, HeaderMap, Bytes) {
        let request = Request::get(path)
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        let response = routes::<()>().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (
            parts.status,
            parts.headers,
            body.collect().await.unwrap().to_bytes(),
        )
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_ever_under_a_name_of_its_own() {
        let path = url("market.css");
        let (status, headers, body) = ask(path, header::ACCEPT_ENCODING, "identity").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(
            headers[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(headers[header::VARY], "accept-encoding");
        assert!(!headers.contains_key(header::CONTENT_ENCODING));
        assert_eq!(body, CSS.concat());
        let (status, _, body) = ask(path, header::IF_NONE_MATCH, "*").await;
        assert!(status == StatusCode::OK && !body.is_empty());
        assert_eq!(url("nothing.css"), "");
    }

    #[tokio::test]
    async fn a_known_tag_is_answered_without_content() {
        let tag: &'static str = &ASSETS[1].etag;
        let (status, headers, body) = ask(url("market.js"), header::IF_NONE_MATCH, tag).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(headers[header::ETAG], tag);
    }

    #[tokio::test]
    async fn the_best_coding_the_browser_takes_is_sent() {
        for (accepts, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=0.5, br;q=0", "gzip"),
        ] {
            let (_, headers, body) = ask(url("market.js"), header::ACCEPT_ENCODING, accepts).await;
            assert_eq!(headers[header::CONTENT_ENCODING], coding);
            assert!(body.len() < JS.concat().len());
        }
        let mut plain = Vec::new();
        let mut reader = brotli::Decompressor::new(&ASSETS[0].br[..], 4096);
        std::io::Read::read_to_end(&mut reader, &mut plain).unwrap();
        assert_eq!(plain, CSS.concat().as_bytes());
    }

    #[tokio::test]
    async fn another_name_is_not_found() {
        for path in [
            "/assets/market.css",
            "/assets/market.000000000000.css",
            "/assets/.css",
            "/assets/",
        ] {
            assert_eq!(
                ask(path, header::ACCEPT_ENCODING, "br").await.0,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }

    #[test]
    fn budgets_hold() {
        assert!(
            ASSETS[0].br.len() <= 12 * 1024,
            "css: {} bytes",
            ASSETS[0].br.len()
        );
        assert!(
            ASSETS[1].br.len() <= 6 * 1024,
            "js: {} bytes",
            ASSETS[1].br.len()
        );
    }
}
