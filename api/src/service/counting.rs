//! Counts as the wire shows them.

/// Counts are never negative; the wire has no sign.
pub(in crate::service) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}
