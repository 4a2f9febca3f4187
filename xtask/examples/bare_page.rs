//! The yardstick of `cargo x bench` for pages: axum with a page that is ready, and nothing else.
//! Usage: `bare_page ADDRESS BYTES`; serves until it is ended.

use axum::{Router, response::Html};
use bytes::Bytes;
use std::error::Error;
use tokio::net::TcpListener;

const END: &str = "</html>";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().ok_or("which address?")?;
    let bytes: usize = args.next().ok_or("how many bytes?")?.parse()?;
    let page = Bytes::from("x".repeat(bytes.saturating_sub(END.len())) + END);
    let router = Router::new().fallback(move || async move { Html(page) });
    axum::serve(TcpListener::bind(address).await?, router).await?;
    Ok(())
}
