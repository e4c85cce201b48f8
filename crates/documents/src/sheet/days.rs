//! Numbers with the word they count, in the form that Russian asks for. Kazakh has one form for
//! all.

/// Three forms of a Russian phrase: 1 день, 2 дня, 5 дней.
pub(super) struct Forms {
    pub(super) one: &'static str,
    pub(super) few: &'static str,
    pub(super) many: &'static str,
}

impl Forms {
    /// The number stays on the line of its word.
    pub(super) fn count(&self, n: u32) -> String {
        let form = match (n % 10, n % 100) {
            (1, tail) if tail != 11 => self.one,
            (2..=4, tail) if !(12..=14).contains(&tail) => self.few,
            _ => self.many,
        };
        format!("{n}\u{a0}{form}")
    }
}

/// «в течение …»
pub(super) const WITHIN_WORKING_DAYS: Forms = Forms {
    one: "рабочего дня",
    few: "рабочих дней",
    many: "рабочих дней",
};
/// «в течение …»
pub(super) const WITHIN_HOURS: Forms = Forms {
    one: "часа",
    few: "часов",
    many: "часов",
};
/// «на …»
pub(super) const FOR_WORKING_DAYS: Forms = Forms {
    one: "рабочий день",
    few: "рабочих дня",
    many: "рабочих дней",
};
/// «на …»
pub(super) const FOR_CALENDAR_DAYS: Forms = Forms {
    one: "календарный день",
    few: "календарных дня",
    many: "календарных дней",
};

/// «при … просрочке», «мерзім … рет өтіп кетсе»
pub(super) fn ordinal(n: u32) -> (String, String) {
    let (kk, ru) = match n {
        1 => ("бірінші", "первой"),
        2 => ("екінші", "второй"),
        3 => ("үшінші", "третьей"),
        4 => ("төртінші", "четвёртой"),
        5 => ("бесінші", "пятой"),
        // Kazakh writes an ordinal number in digits with a hyphen only, whatever the sound.
        _ => return (format!("{n}-"), format!("{n}-й")),
    };
    (kk.to_owned(), ru.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(forms: &Forms, n: u32) -> String {
        forms.count(n).replace('\u{a0}', " ")
    }

    #[test]
    fn russian_counts() {
        let counted = [1, 2, 5, 11, 12, 21, 22, 111].map(|n| plain(&FOR_WORKING_DAYS, n));
        assert_eq!(
            counted,
            [
                "1 рабочий день",
                "2 рабочих дня",
                "5 рабочих дней",
                "11 рабочих дней",
                "12 рабочих дней",
                "21 рабочий день",
                "22 рабочих дня",
                "111 рабочих дней"
            ]
        );
        assert_eq!(plain(&WITHIN_WORKING_DAYS, 21), "21 рабочего дня");
        assert_eq!(plain(&WITHIN_HOURS, 24), "24 часов");
        assert_eq!(plain(&FOR_CALENDAR_DAYS, 30), "30 календарных дней");
    }

    #[test]
    fn ordinals_have_words_while_they_are_small() {
        assert_eq!(ordinal(2), ("екінші".to_owned(), "второй".to_owned()));
        assert_eq!(ordinal(6), ("6-".to_owned(), "6-й".to_owned()));
    }
}
