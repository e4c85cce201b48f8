//! Who is calling: access tokens and their keys, refresh tokens. What a caller may see is decided in
//! `service/life/visibility.rs`.

pub mod browser;
pub mod caller;
pub mod keys;
pub mod refresh;
pub mod sessions;
pub mod tokens;
