//! Cells that programs for tables would take for formulas. Written to CSV they get an apostrophe, which
//! is taken off again when such a file is read.

const MARK: char = '\'';

fn is_dangerous(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

pub(crate) fn written(cell: &str) -> String {
    // A cell that looks like a marked one is marked as well, so that it comes back as it was.
    let marked = cell.strip_prefix(MARK).is_some_and(|rest| {
        let unmarked = rest.trim_start_matches(MARK);
        is_dangerous(unmarked)
    });
    if is_dangerous(cell) || marked {
        format!("{MARK}{cell}")
    } else {
        cell.to_owned()
    }
}

pub(crate) fn read(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(rest) if is_dangerous(rest.trim_start_matches(MARK)) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("+77011234567", "'+77011234567")]
    #[case("=1+1", "'=1+1")]
    #[case("-49.5", "'-49.5")]
    #[case("@sum", "'@sum")]
    #[case("'=1", "''=1")]
    #[case("'Балапан'", "'Балапан'")]
    #[case("", "")]
    fn a_formula_is_marked_and_comes_back(#[case] cell: &str, #[case] expected: &str) {
        assert_eq!(written(cell), expected);
        assert_eq!(read(expected), cell);
    }
}
