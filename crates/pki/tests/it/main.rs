//! The crate seen from outside: keys of its own authority, of the `openssl` program and of the
//! national test authority.

#[cfg(test)]
mod altered;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod certomancer;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod damaged_pem;
#[cfg(test)]
mod gost_engine;
#[cfg(test)]
mod key_files;
#[cfg(test)]
mod known_mistakes;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod openssl_pss;
#[cfg(test)]
mod pkits;
#[cfg(test)]
mod random_names;
#[cfg(test)]
mod random_paths;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod stamps;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verdicts;
