//! What judging one document may cost, whatever it contains.
//!
//! Certificates, lists and stamps come from whoever sends the document; verifying signatures is
//! what costs. All parts of one judgement draw on one allowance.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Signatures verified in one judgement, at most: half a second for the slowest keys.
const MOST_SIGNATURES: u32 = 400;

/// The allowance that is left. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Effort(Arc<AtomicU32>);

impl Default for Effort {
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(MOST_SIGNATURES)))
    }
}

impl Effort {
    /// Takes one signature off; `false` when nothing is left.
    pub(crate) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_draw_on_one_allowance() {
        let effort = Effort::default();
        let other = effort.clone();
        let spent = std::iter::repeat_with(|| effort.spend() && other.spend());
        assert_eq!(spent.take_while(|spent| *spent).count(), 200);
        assert!(!other.spend());
    }
}
