//! Groups of kindergartens.

use super::{Cells, Column, ImportKind, ImportRow, cells, column, optional};
use crate::{code::Code, kindergarten::InstructionLanguage, rules::Violation};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    pub external_id: String,
    /// What the source calls the kindergarten.
    pub kindergarten: String,
    pub name: String,
    pub language: InstructionLanguage,
    pub birth_year_from: i32,
    pub birth_year_to: i32,
    pub state_order: bool,
    pub capacity: i32,
    /// First day on which its places are offered.
    pub open_from: Option<NaiveDate>,
    /// First day on which nothing of it is offered any more.
    pub closed_from: Option<NaiveDate>,
}

fn language_from(name: &str) -> Option<InstructionLanguage> {
    InstructionLanguage::ALL
        .into_iter()
        .find(|language| language.as_str() == name)
}

impl ImportRow for GroupRow {
    const KIND: ImportKind = ImportKind::Groups;

    const COLUMNS: &'static [Column] = &[
        column(
            "external_id",
            [
                "Бастапқы жүйедегі нөмір",
                "Номер в системе-источнике",
                "Id in the system it comes from",
            ],
        ),
        column(
            "kindergarten",
            [
                "Балабақшаның external_id мәні",
                "external_id детского сада",
                "external_id of the kindergarten",
            ],
        ),
        column(
            "name",
            ["Топтың атауы", "Название группы", "Name of the group"],
        ),
        column(
            "language",
            [
                "Оқыту тілі: kazakh, russian немесе english",
                "Язык обучения: kazakh, russian или english",
                "Language of instruction: kazakh, russian or english",
            ],
        ),
        column(
            "birth_year_from",
            [
                "Туған жылдары, бастап",
                "Годы рождения, с",
                "Years of birth, from",
            ],
        ),
        column(
            "birth_year_to",
            [
                "Туған жылдары, дейін",
                "Годы рождения, по",
                "Years of birth, to",
            ],
        ),
        column(
            "state_order",
            [
                "Мемлекеттік тапсырыс бойынша: yes немесе no",
                "По госзаказу: yes или no",
                "Under the state order: yes or no",
            ],
        ),
        column("capacity", ["Орын саны", "Число мест", "Number of places"]),
        optional(
            "open_from",
            [
                "Орындар ұсынылатын алғашқы күн",
                "Первый день, когда места предлагаются",
                "First day on which places are offered",
            ],
        ),
        optional(
            "closed_from",
            [
                "Орындар ұсынылмайтын алғашқы күн",
                "Первый день, когда места больше не предлагаются",
                "First day on which places are no longer offered",
            ],
        ),
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let external_id = cells.text("external_id", 100);
        let kindergarten = cells.text("kindergarten", 100);
        let name = cells.text("name", 100);
        let language = cells.choice("language", language_from);
        let birth_year_from = cells.whole("birth_year_from", 2010..=2100);
        let birth_year_to = cells.whole("birth_year_to", 2010..=2100);
        let state_order = cells.yes_or_no("state_order");
        let capacity = cells.whole("capacity", 0..=1000);
        let open_from = cells.day_if_there("open_from");
        let closed_from = cells.day_if_there("closed_from");
        let years = birth_year_from.zip(birth_year_to);
        if years.is_some_and(|(from, to)| to < from) {
            cells.refuse("birth_year_to", Violation::new(Code::PeriodInvalid));
        }
        let days = open_from.flatten().zip(closed_from.flatten());
        if days.is_some_and(|(from, to)| to < from) {
            cells.refuse("closed_from", Violation::new(Code::PeriodInvalid));
        }
        Some(Self {
            external_id: external_id?,
            kindergarten: kindergarten?,
            name: name?,
            language: language?,
            birth_year_from: birth_year_from?,
            birth_year_to: birth_year_to?,
            state_order: state_order?,
            capacity: capacity?,
            open_from: open_from?,
            closed_from: closed_from?,
        })
    }

    fn key(&self) -> &str {
        &self.external_id
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.kindergarten)
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.external_id.clone(),
            self.kindergarten.clone(),
            self.name.clone(),
            self.language.as_str().to_owned(),
            self.birth_year_from.to_string(),
            self.birth_year_to.to_string(),
            cells::yes_or_no(self.state_order),
            self.capacity.to_string(),
            cells::if_there(self.open_from.as_ref()),
            cells::if_there(self.closed_from.as_ref()),
        ]
    }
}
