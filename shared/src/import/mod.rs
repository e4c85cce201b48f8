//! What a city brings from other systems as tables (R20, R23): localities, kindergartens, groups, free
//! places and an existing queue. One row is read by one function, which names everything that is wrong
//! with it; the same columns are written when the data is exported.

mod cells;
mod groups;
mod kindergartens;
mod localities;
mod places;
mod queue;

pub use cells::{CellError, Cells};
pub use groups::GroupRow;
pub use kindergartens::KindergartenRow;
pub use localities::LocalityRow;
pub use places::PlacesRow;
pub use queue::{ImportedReferral, ImportedState, QueueRow};

use serde::{Deserialize, Serialize};

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportKind {
    Localities,
    Kindergartens,
    Groups,
    /// How many places of a group are free.
    Places,
    /// Children who stand on the queue of another system (R23).
    Queue,
}

impl ImportKind {
    pub const ALL: [Self; 5] = [
        Self::Localities,
        Self::Kindergartens,
        Self::Groups,
        Self::Places,
        Self::Queue,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Localities => "localities",
            Self::Kindergartens => "kindergartens",
            Self::Groups => "groups",
            Self::Places => "places",
            Self::Queue => "queue",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Localities => LocalityRow::COLUMNS,
            Self::Kindergartens => KindergartenRow::COLUMNS,
            Self::Groups => GroupRow::COLUMNS,
            Self::Places => PlacesRow::COLUMNS,
            Self::Queue => QueueRow::COLUMNS,
        }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub required: bool,
    /// What it holds, in Kazakh, Russian and English.
    pub about: [&'static str; 3],
}

const fn column(name: &'static str, about: [&'static str; 3]) -> Column {
    Column {
        name,
        required: true,
        about,
    }
}

/// A column that a file may leave out.
const fn optional(name: &'static str, about: [&'static str; 3]) -> Column {
    Column {
        name,
        required: false,
        about,
    }
}

/// A row of a table.
pub trait ImportRow: Sized + Serialize {
    const KIND: ImportKind;
    const COLUMNS: &'static [Column];

    /// Reads a row; none where a cell is wrong, which `cells` then knows.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;

    /// What the source calls the thing; unique per source and kind.
    fn key(&self) -> &str;

    /// What the source calls the thing that it belongs to.
    fn parent(&self) -> Option<&str>;

    /// The cells again, in the order of the columns.
    fn cells(&self) -> Vec<String>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use chrono::{DateTime, Utc};

    fn now() -> DateTime<Utc> {
        "2026-11-23T05:00:00Z".parse().unwrap()
    }

    fn read<R: ImportRow>(cells: &[(&str, &str)]) -> Result<R, Vec<(&'static str, Code)>> {
        let values: Vec<String> = R::COLUMNS
            .iter()
            .map(|column| {
                let cell = cells.iter().find(|(name, _)| *name == column.name);
                cell.map_or_else(String::new, |(_, value)| (*value).to_owned())
            })
            .collect();
        let mut reader = Cells::new(R::COLUMNS, &values, now());
        let row = R::read(&mut reader);
        let errors = reader.into_errors();
        match row {
            Some(row) if errors.is_empty() => Ok(row),
            _ => Err(errors
                .into_iter()
                .map(|error| (error.column, error.violation.code))
                .collect()),
        }
    }

    fn again<R: ImportRow>(row: &R) -> R {
        let cells = row.cells();
        assert_eq!(cells.len(), R::COLUMNS.len());
        let mut reader = Cells::new(R::COLUMNS, &cells, now());
        let read = R::read(&mut reader);
        let errors = reader.into_errors();
        assert!(errors.is_empty(), "{errors:?}");
        read.unwrap()
    }

    const LOCALITY: &[(&str, &str)] = &[
        ("external_id", "KT-1"),
        ("code", "kandyagash"),
        ("name_kk", "Қандыағаш"),
        ("name_ru", "Кандыагаш"),
        ("name_en", "Kandyagash"),
        ("district_kk", "Мұғалжар ауданы"),
        ("district_ru", "Мугалжарский район"),
        ("district_en", "Mugalzhar District"),
        ("latitude", "49,4744"),
        ("longitude", "57.4233"),
        ("number_region", "АКТ"),
        ("child_check", "on"),
        ("publication_time", "09:00"),
    ];

    const KINDERGARTEN: &[(&str, &str)] = &[
        ("external_id", "K-7"),
        ("locality", "kandyagash"),
        ("kind", "private_state_order"),
        ("bin", "050440000012"),
        ("name_kk", "Балапан"),
        ("name_ru", "Балапан"),
        ("name_en", "Balapan"),
        ("address_kk", "Абай көшесі, 1"),
        ("address_ru", "ул. Абая, 1"),
        ("address_en", "1 Abai Street"),
        ("latitude", "49.47"),
        ("longitude", "57.42"),
        ("phone", "+7 713 33 12 34"),
        ("contract_until", "31.12.2027"),
    ];

    const GROUP: &[(&str, &str)] = &[
        ("external_id", "G-1"),
        ("kindergarten", "K-7"),
        ("name", "Ботақан"),
        ("language", "kazakh"),
        ("birth_year_from", "2022"),
        ("birth_year_to", "2023"),
        ("state_order", "yes"),
        ("capacity", "25"),
    ];

    const CHILD: &[(&str, &str)] = &[
        ("previous_number", "ОД-17"),
        ("locality", "kandyagash"),
        ("child_iin", "210104500011"),
        ("child_surname", "Серикова"),
        ("child_given_name", "Айлин"),
        ("birth_date", "2021-01-04"),
        ("applicant_iin", "850715300013"),
        ("applicant_name", "СЕРИКОВ ДАНИЯР"),
        ("contact_phone", "+7 701 123 45 67"),
        ("submitted_at", "2025-03-01 09:30:15"),
        ("category", "general"),
        ("state", "queued"),
        ("lapses", "0"),
    ];

    fn with<'a>(
        cells: &[(&'a str, &'a str)],
        change: &[(&'a str, &'a str)],
    ) -> Vec<(&'a str, &'a str)> {
        let kept = cells
            .iter()
            .filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        kept.chain(change).copied().collect()
    }

    #[test]
    fn what_is_exported_is_read_again() {
        let locality: LocalityRow = read(LOCALITY).unwrap();
        assert!((locality.latitude - 49.4744).abs() < 1e-9);
        assert_eq!(again(&locality), locality);
        let kindergarten: KindergartenRow = read(KINDERGARTEN).unwrap();
        let end = "2027-12-31".parse().unwrap();
        assert_eq!(kindergarten.contract_until, Some(end));
        assert_eq!(again(&kindergarten), kindergarten);
        let group: GroupRow = read(GROUP).unwrap();
        assert_eq!(again(&group), group);
        let places: PlacesRow = read(&[("group", "G-1"), ("free", "3")]).unwrap();
        assert_eq!(again(&places), places);
        let queued: QueueRow = read(CHILD).unwrap();
        assert_eq!(
            queued.submitted_at,
            "2025-03-01T04:30:15Z".parse::<DateTime<Utc>>().unwrap()
        );
        assert_eq!(again(&queued), queued);
        let referred: QueueRow = read(&with(
            CHILD,
            &[
                ("state", "referred"),
                ("lapses", "1"),
                ("referral_number", "Н-5"),
                ("referral_group", "G-1"),
                ("referral_issued_at", "2026-11-20 10:00:00"),
                ("referral_deadline", "2026-11-27"),
            ],
        ))
        .unwrap();
        assert_eq!(again(&referred), referred);
        let stopped = with(
            CHILD,
            &[
                ("state", "stop_listed"),
                ("stop_listed_until", "2026-12-01"),
            ],
        );
        let stopped: QueueRow = read(&stopped).unwrap();
        assert_eq!(again(&stopped), stopped);
    }

    #[rstest::rstest]
    #[case(&[("code", "Кандыагаш")], &[("code", Code::TextInvalid)])]
    #[case(&[("child_check", "")], &[("child_check", Code::FieldRequired)])]
    #[case(&[("child_check", "maybe")], &[("child_check", Code::ChoiceInvalid)])]
    #[case(&[("latitude", "149")], &[("latitude", Code::QuantityInvalid)])]
    #[case(&[("number_region", "akt")], &[("number_region", Code::TextInvalid)])]
    #[case(&[("publication_time", "25:00"), ("name_kk", " ")],
        &[("name_kk", Code::FieldRequired), ("publication_time", Code::MomentInvalid)])]
    fn a_locality_that_is_wrong(
        #[case] change: &[(&'static str, &'static str)],
        #[case] expected: &[(&'static str, Code)],
    ) {
        let refused = read::<LocalityRow>(&with(LOCALITY, change)).unwrap_err();
        assert_eq!(refused, expected);
    }

    #[rstest::rstest]
    #[case(&[("bin", "050440000013")], &[("bin", Code::BinInvalid)])]
    #[case(&[("kind", "nursery")], &[("kind", Code::ChoiceInvalid)])]
    #[case(&[("phone", "")], &[("phone", Code::FieldRequired)])]
    #[case(&[("contract_until", "31.02.2027")], &[("contract_until", Code::DayInvalid)])]
    #[case(&[("name_ru", "а\u{202e}б")], &[("name_ru", Code::TextInvalid)])]
    fn a_kindergarten_that_is_wrong(
        #[case] change: &[(&'static str, &'static str)],
        #[case] expected: &[(&'static str, Code)],
    ) {
        let refused = read::<KindergartenRow>(&with(KINDERGARTEN, change)).unwrap_err();
        assert_eq!(refused, expected);
    }

    #[rstest::rstest]
    #[case(&[("capacity", "-1")], &[("capacity", Code::QuantityInvalid)])]
    #[case(&[("capacity", "2.5")], &[("capacity", Code::QuantityInvalid)])]
    #[case(&[("birth_year_from", "2024")], &[("birth_year_to", Code::PeriodInvalid)])]
    #[case(&[("open_from", "2026-09-01"), ("closed_from", "2026-08-31")],
        &[("closed_from", Code::PeriodInvalid)])]
    #[case(&[("state_order", "")], &[("state_order", Code::FieldRequired)])]
    fn a_group_that_is_wrong(
        #[case] change: &[(&'static str, &'static str)],
        #[case] expected: &[(&'static str, Code)],
    ) {
        let refused = read::<GroupRow>(&with(GROUP, change)).unwrap_err();
        assert_eq!(refused, expected);
    }

    #[rstest::rstest]
    #[case(&[("submitted_at", "2026-11-24 09:00:00")], &[("submitted_at", Code::MomentInvalid)])]
    #[case(&[("submitted_at", "2025-03-01")], &[("submitted_at", Code::MomentInvalid)])]
    #[case(&[("birth_date", "2026-11-24")], &[("birth_date", Code::BirthDateInvalid)])]
    #[case(&[("child_iin", "210104500012"), ("applicant_iin", "1")],
        &[("child_iin", Code::IinInvalid), ("applicant_iin", Code::IinInvalid)])]
    #[case(&[("child_iin", "850715300013")], &[("child_iin", Code::ChildIinOwn)])]
    #[case(&[("state", "stop_listed")], &[("stop_listed_until", Code::FieldRequired)])]
    #[case(&[("state", "queued"), ("stop_listed_until", "2026-12-01")],
        &[("stop_listed_until", Code::FieldUnexpected)])]
    #[case(&[("state", "referred"), ("referral_number", "Н-5")],
        &[("referral_group", Code::FieldRequired), ("referral_issued_at", Code::FieldRequired),
          ("referral_deadline", Code::FieldRequired)])]
    fn a_child_that_is_wrong(
        #[case] change: &[(&'static str, &'static str)],
        #[case] expected: &[(&'static str, Code)],
    ) {
        let refused = read::<QueueRow>(&with(CHILD, change)).unwrap_err();
        assert_eq!(refused, expected);
    }

    #[test]
    fn columns_are_unique_and_explained() {
        for kind in ImportKind::ALL {
            assert_eq!(ImportKind::from_name(kind.as_str()), Some(kind));
            let mut names: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{kind:?}");
            for column in kind.columns() {
                assert!(
                    column.about.iter().all(|text| !text.is_empty()),
                    "{column:?}"
                );
            }
        }
    }
}
