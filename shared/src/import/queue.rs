//! An existing queue (R23).

use super::{Cells, Column, ImportKind, ImportRow, cells, column, optional};
use crate::{
    application::Category, child::NamePart, code::Code, iin::Iin, phone::Phone, rules::Violation,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Where a child stands when it is brought over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ImportedState {
    Queued,
    StopListed { until: NaiveDate },
    Referred { referral: ImportedReferral },
}

/// A referral that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedReferral {
    /// In the system it comes from.
    pub number: String,
    /// What the source calls the group.
    pub group: String,
    pub issued_at: DateTime<Utc>,
    pub deadline: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// Number of the application in the system it comes from.
    pub previous_number: String,
    /// Code of the locality.
    pub locality: String,
    pub child_iin: Iin,
    pub child_surname: NamePart,
    pub child_given_name: NamePart,
    pub child_patronymic: Option<NamePart>,
    pub birth_date: NaiveDate,
    pub applicant_iin: Iin,
    pub applicant_name: String,
    pub contact_phone: Phone,
    /// The original moment: the order follows it (R5).
    pub submitted_at: DateTime<Utc>,
    pub category: Category,
    pub state: ImportedState,
    /// Lapses so far (R12).
    pub lapses: i32,
}

fn category_from(name: &str) -> Option<Category> {
    Category::ALL
        .into_iter()
        .find(|category| category.as_str() == name)
}

const OF_STOP_LIST: &str = "stop_listed_until";
const OF_REFERRAL: [&str; 4] = [
    "referral_number",
    "referral_group",
    "referral_issued_at",
    "referral_deadline",
];

impl ImportRow for QueueRow {
    const KIND: ImportKind = ImportKind::Queue;

    const COLUMNS: &'static [Column] = &[
        column(
            "previous_number",
            [
                "Бұрынғы жүйедегі өтініш нөмірі",
                "Номер заявления в прежней системе",
                "Number of the application in the previous system",
            ],
        ),
        column(
            "locality",
            [
                "Елді мекеннің коды",
                "Код населённого пункта",
                "Code of the locality",
            ],
        ),
        column(
            "child_iin",
            ["Баланың ЖСН-і", "ИИН ребёнка", "IIN of the child"],
        ),
        column(
            "child_surname",
            ["Баланың тегі", "Фамилия ребёнка", "Surname of the child"],
        ),
        column(
            "child_given_name",
            ["Баланың аты", "Имя ребёнка", "Given name of the child"],
        ),
        optional(
            "child_patronymic",
            [
                "Баланың әкесінің аты",
                "Отчество ребёнка",
                "Patronymic of the child",
            ],
        ),
        column(
            "birth_date",
            [
                "Туған күні, ЖЖЖЖ-АА-КК",
                "Дата рождения, ГГГГ-ММ-ДД",
                "Birth date, YYYY-MM-DD",
            ],
        ),
        column(
            "applicant_iin",
            [
                "Өтініш берушінің ЖСН-і",
                "ИИН заявителя",
                "IIN of the applicant",
            ],
        ),
        column(
            "applicant_name",
            [
                "Өтініш берушінің аты-жөні",
                "ФИО заявителя",
                "Full name of the applicant",
            ],
        ),
        column(
            "contact_phone",
            ["Ұялы телефон", "Мобильный телефон", "Mobile telephone"],
        ),
        column(
            "submitted_at",
            [
                "Берілген сәті секундқа дейін, ЖЖЖЖ-АА-КК СС:ММ:СС",
                "Момент подачи до секунды, ГГГГ-ММ-ДД ЧЧ:ММ:СС",
                "Moment of submission to the second, YYYY-MM-DD HH:MM:SS",
            ],
        ),
        column(
            "category",
            [
                "extraordinary (кезектен тыс), priority (бірінші кезекте) немесе general",
                "extraordinary (вне очереди), priority (первоочередное) или general",
                "extraordinary, priority or general",
            ],
        ),
        column(
            "state",
            [
                "queued, stop_listed немесе referred",
                "queued (в очереди), stop_listed (стоп-лист) или referred (направлен)",
                "queued, stop_listed or referred",
            ],
        ),
        column(
            "lapses",
            [
                "Осыған дейін мерзім неше рет өтті",
                "Просрочек до сих пор",
                "Lapses so far",
            ],
        ),
        optional(
            OF_STOP_LIST,
            [
                "Стоп-парақтың соңғы күні",
                "Последний день стоп-листа",
                "Last day of the stop-list",
            ],
        ),
        optional(
            "referral_number",
            [
                "Жолдама нөмірі",
                "Номер направления",
                "Number of the referral",
            ],
        ),
        optional(
            "referral_group",
            [
                "Топтың external_id мәні",
                "external_id группы",
                "external_id of the group",
            ],
        ),
        optional(
            "referral_issued_at",
            [
                "Жолдама берілген сәт",
                "Момент выдачи направления",
                "Moment at which the referral was issued",
            ],
        ),
        optional(
            "referral_deadline",
            [
                "Келудің соңғы күні",
                "Последний день прибытия",
                "Last day to arrive",
            ],
        ),
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let previous_number = cells.text("previous_number", 100);
        let locality = cells.text("locality", 64);
        let child_iin = cells.iin("child_iin");
        let child_surname = cells.name("child_surname");
        let child_given_name = cells.name("child_given_name");
        let child_patronymic = cells.name_if_there("child_patronymic");
        let birth_date = cells.birth_date("birth_date");
        let applicant_iin = cells.iin("applicant_iin");
        let applicant_name = cells.text("applicant_name", 200);
        let contact_phone = cells.mobile("contact_phone");
        let submitted_at = cells.past("submitted_at");
        let category = cells.choice("category", category_from);
        let state = read_state(cells);
        let lapses = cells.whole("lapses", 0..=100);
        let both = child_iin.as_ref().zip(applicant_iin.as_ref());
        if both.is_some_and(|(child, applicant)| child == applicant) {
            cells.refuse("child_iin", Violation::new(Code::ChildIinOwn));
        }
        Some(Self {
            previous_number: previous_number?,
            locality: locality?,
            child_iin: child_iin?,
            child_surname: child_surname?,
            child_given_name: child_given_name?,
            child_patronymic: child_patronymic?,
            birth_date: birth_date?,
            applicant_iin: applicant_iin?,
            applicant_name: applicant_name?,
            contact_phone: contact_phone?,
            submitted_at: submitted_at?,
            category: category?,
            state: state?,
            lapses: lapses?,
        })
    }

    fn key(&self) -> &str {
        &self.previous_number
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.locality)
    }

    fn cells(&self) -> Vec<String> {
        let (state, until, referral) = match &self.state {
            ImportedState::Queued => ("queued", None, None),
            ImportedState::StopListed { until } => ("stop_listed", Some(until), None),
            ImportedState::Referred { referral } => ("referred", None, Some(referral)),
        };
        let of_referral =
            |text: fn(&ImportedReferral) -> String| referral.map(text).unwrap_or_default();
        vec![
            self.previous_number.clone(),
            self.locality.clone(),
            self.child_iin.to_string(),
            self.child_surname.as_str().to_owned(),
            self.child_given_name.as_str().to_owned(),
            self.child_patronymic
                .as_ref()
                .map_or_else(String::new, |name| name.as_str().to_owned()),
            self.birth_date.to_string(),
            self.applicant_iin.to_string(),
            self.applicant_name.clone(),
            self.contact_phone.as_str().to_owned(),
            cells::moment(self.submitted_at),
            self.category.as_str().to_owned(),
            state.to_owned(),
            self.lapses.to_string(),
            cells::if_there(until),
            of_referral(|referral| referral.number.clone()),
            of_referral(|referral| referral.group.clone()),
            of_referral(|referral| cells::moment(referral.issued_at)),
            of_referral(|referral| referral.deadline.to_string()),
        ]
    }
}

fn read_state(cells: &mut Cells<'_>) -> Option<ImportedState> {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        Queued,
        StopListed,
        Referred,
    }
    let kind = cells.choice("state", |name| match name {
        "queued" => Some(Kind::Queued),
        "stop_listed" => Some(Kind::StopListed),
        "referred" => Some(Kind::Referred),
        _ => None,
    })?;
    if kind != Kind::StopListed {
        expect_empty(cells, OF_STOP_LIST);
    }
    if kind != Kind::Referred {
        for column in OF_REFERRAL {
            expect_empty(cells, column);
        }
    }
    Some(match kind {
        Kind::Queued => ImportedState::Queued,
        Kind::StopListed => ImportedState::StopListed {
            until: cells.day(OF_STOP_LIST)?,
        },
        Kind::Referred => {
            let number = cells.text("referral_number", 100);
            let group = cells.text("referral_group", 100);
            let issued_at = cells.past("referral_issued_at");
            let deadline = cells.day("referral_deadline");
            ImportedState::Referred {
                referral: ImportedReferral {
                    number: number?,
                    group: group?,
                    issued_at: issued_at?,
                    deadline: deadline?,
                },
            }
        }
    })
}

fn expect_empty(cells: &mut Cells<'_>, column: &'static str) {
    if !cells.is_empty(column) {
        cells.refuse(column, Violation::new(Code::FieldUnexpected));
    }
}
