//! A token as its person sees it.
use crate::{
    accounts::model::Scope,
    kernel::{ids::TokenId, time::Ts},
};

/// A token that is still good, as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: TokenId,
    pub name: String,
    /// The last letters of the secret; empty for those made before they were kept.
    pub hint: String,
    pub scopes: Vec<Scope>,
    pub farm: Option<String>,
    pub created_at: Ts,
    pub expires_at: Ts,
}
