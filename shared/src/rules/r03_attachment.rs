//! R3: a second parent asks, with a signature, to attach an application to their own IIN. Whether
//! it exists is told only to somebody who knows both its number and the child's IIN.

use super::Violation;
use crate::code::Code;

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Attachment {
    /// An application with this number exists, and it is of a child with this IIN.
    pub found: bool,
    /// The requester is the applicant, or has it attached already.
    pub visible: bool,
    /// A request of the same person waits for a decision.
    pub pending: bool,
}

/// All reasons against the request. One that was not found says nothing else.
#[must_use]
pub fn violations(facts: &Attachment) -> Vec<Violation> {
    if !facts.found {
        return vec![Violation::new(Code::AttachmentNotFound)];
    }
    let mut found = Vec::new();
    if facts.visible {
        found.push(Violation::new(Code::ApplicationAlreadyVisible));
    }
    if facts.pending {
        found.push(Violation::new(Code::AttachmentPending));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(true, false, false, &[])]
    #[case(true, true, false, &[Code::ApplicationAlreadyVisible])]
    #[case(true, false, true, &[Code::AttachmentPending])]
    #[case(true, true, true, &[Code::ApplicationAlreadyVisible, Code::AttachmentPending])]
    #[case(false, false, false, &[Code::AttachmentNotFound])]
    #[case(false, true, true, &[Code::AttachmentNotFound])]
    fn every_reason_is_named(
        #[case] found: bool,
        #[case] visible: bool,
        #[case] pending: bool,
        #[case] expected: &[Code],
    ) {
        let facts = Attachment {
            found,
            visible,
            pending,
        };
        let codes: Vec<Code> = violations(&facts).iter().map(|one| one.code).collect();
        assert_eq!(codes, expected);
    }
}
