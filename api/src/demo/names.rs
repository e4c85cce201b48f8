//! Made-up people.

use balabaqsha_shared::iin::Iin;
use chrono::{Datelike, NaiveDate};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

const SURNAMES: [(&str, &str); 40] = [
    ("Ахметов", "Ахметова"),
    ("Серіков", "Серікова"),
    ("Оспанов", "Оспанова"),
    ("Нұрланов", "Нұрланова"),
    ("Жұмабаев", "Жұмабаева"),
    ("Қасымов", "Қасымова"),
    ("Ермеков", "Ермекова"),
    ("Сейітов", "Сейітова"),
    ("Төлегенов", "Төлегенова"),
    ("Бекмұратов", "Бекмұратова"),
    ("Әбдіров", "Әбдірова"),
    ("Есенов", "Есенова"),
    ("Қайратов", "Қайратова"),
    ("Мұхамбетов", "Мұхамбетова"),
    ("Досжанов", "Досжанова"),
    ("Байжанов", "Байжанова"),
    ("Темірханов", "Темірханова"),
    ("Сағынбаев", "Сағынбаева"),
    ("Ізбасаров", "Ізбасарова"),
    ("Үмбетов", "Үмбетова"),
    ("Ғабдуллин", "Ғабдуллина"),
    ("Қуанышев", "Қуанышева"),
    ("Өтегенов", "Өтегенова"),
    ("Шәріпов", "Шәріпова"),
    ("Иванов", "Иванова"),
    ("Петренко", "Петренко"),
    ("Ким", "Ким"),
    ("Сидоров", "Сидорова"),
    ("Мельник", "Мельник"),
    ("Шевченко", "Шевченко"),
    ("Алимов", "Алимова"),
    ("Рахимов", "Рахимова"),
    ("Сулейменов", "Сулейменова"),
    ("Байғалиев", "Байғалиева"),
    ("Кенжебаев", "Кенжебаева"),
    ("Маратов", "Маратова"),
    ("Тұрсынов", "Тұрсынова"),
    ("Айтмұханов", "Айтмұханова"),
    ("Жақсылықов", "Жақсылықова"),
    ("Қожахметов", "Қожахметова"),
];

const GIRLS: [&str; 24] = [
    "Айлин",
    "Айша",
    "Аяла",
    "Дания",
    "Кәусар",
    "Медина",
    "Раяна",
    "Сафия",
    "Томирис",
    "Інжу",
    "Әмина",
    "Ақмарал",
    "Жанель",
    "Мария",
    "София",
    "Анна",
    "Дарина",
    "Аружан",
    "Нұрай",
    "Асылым",
    "Хадиша",
    "Зере",
    "Ұлдана",
    "Қарақат",
];

const BOYS: [&str; 24] = [
    "Алихан",
    "Нұрислам",
    "Айсұлтан",
    "Әмір",
    "Ерасыл",
    "Иманғали",
    "Мансұр",
    "Омар",
    "Рамазан",
    "Санжар",
    "Тамерлан",
    "Хамза",
    "Әлинұр",
    "Бекарыс",
    "Дінмұхаммед",
    "Артём",
    "Максим",
    "Тимур",
    "Ислам",
    "Жантөре",
    "Алан",
    "Дамир",
    "Елнұр",
    "Қуаныш",
];

pub(super) struct Person {
    pub surname: String,
    pub given_name: String,
    pub iin: Iin,
}

/// Somebody born on a day, with an IIN whose control digit fits.
pub(super) fn person(rng: &mut StdRng, birth: NaiveDate) -> Person {
    let girl = rng.random_bool(0.5);
    let pair = SURNAMES.choose(rng).copied().unwrap_or(("Ким", "Ким"));
    let given = if girl {
        GIRLS.choose(rng)
    } else {
        BOYS.choose(rng)
    };
    Person {
        surname: if girl { pair.1 } else { pair.0 }.to_owned(),
        given_name: given.copied().unwrap_or("Алан").to_owned(),
        iin: iin(rng, birth, girl),
    }
}

fn iin(rng: &mut StdRng, birth: NaiveDate, girl: bool) -> Iin {
    loop {
        if let Some(iin) = numbered(birth, girl, rng.random_range(0..SERIALS)) {
            return iin;
        }
    }
}

const SERIALS: u16 = 10_000;

/// At most one of ten control digits fits; some serial numbers of a day have none.
fn numbered(birth: NaiveDate, girl: bool, serial: u16) -> Option<Iin> {
    let century = if birth.year() < 2000 { 3 } else { 5 } + i32::from(girl);
    let stem = format!("{}{century}{serial:04}", birth.format("%y%m%d"));
    (0..10).find_map(|digit| Iin::parse(&format!("{stem}{digit}")).ok())
}

/// The number of somebody of the same sex who was born on another day: the first one from the same serial number on
/// that is not `taken`.
pub(super) fn of_another_day(
    iin: &Iin,
    birth: NaiveDate,
    taken: impl Fn(&Iin) -> bool,
) -> Option<Iin> {
    let digits = iin.to_string();
    let girl = matches!(digits.get(6..7), Some("4" | "6"));
    let serial: u16 = digits.get(7..11)?.parse().ok()?;
    (serial..SERIALS)
        .chain(0..serial)
        .filter_map(|serial| numbered(birth, girl, serial))
        .find(|iin| !taken(iin))
}
