//! What many schemas of the API's description have in common.
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// A text that is one of these words.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build()
}

/// A type that stands in the description, and nowhere else, for a text which is one of some words: those that the
/// code itself reads or writes.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $shown:literal, $words:expr) => {
        $(#[$doc])*
        pub enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::kernel::schema::one_of($words).into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                $shown.into()
            }
        }
    };
}
pub(crate) use named;
