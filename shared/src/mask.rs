//! What a public page may show of a name or a contact.

/// Every word down to its first letter: «Серикова Айлин» → «С••• А•••».
#[must_use]
pub fn name(full: &str) -> String {
    full.split_whitespace()
        .filter_map(|word| word.chars().next())
        .map(|initial| format!("{initial}•••"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// All but the last four digits hidden.
#[must_use]
pub fn phone(number: &str) -> String {
    let tail: String = number
        .chars()
        .skip(number.chars().count().saturating_sub(4))
        .collect();
    format!("+7 ••• ••• {tail}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_initials_and_last_digits_are_left() {
        assert_eq!(super::name("Серикова Айлин"), "С••• А•••");
        assert_eq!(super::name("  Ә "), "Ә•••");
        assert_eq!(super::phone("+77011234567"), "+7 ••• ••• 4567");
    }
}
