//! What officials type of a kindergarten or a group, read as a row of an import: pages, programs, commands
//! and files have the same limits and codes.

use crate::service::input::Fields;
use balabaqsha_shared::{
    dto,
    import::{Cells, GroupRow, ImportRow, KindergartenRow},
};
use chrono::{DateTime, NaiveDate, Utc};

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Reads cells by the name of their column; what is wrong is named by the pointer of its member.
fn read<R: ImportRow>(
    fields: &mut Fields,
    now: DateTime<Utc>,
    cell: impl Fn(&str) -> (&'static str, String),
) -> Option<R> {
    let values: Vec<String> = R::COLUMNS
        .iter()
        .map(|column| cell(column.name).1)
        .collect();
    let mut cells = Cells::new(R::COLUMNS, &values, now);
    let row = R::read(&mut cells);
    let errors = cells.into_errors();
    let clean = errors.is_empty();
    for error in errors {
        fields.refuse(cell(error.column).0, error.violation);
    }
    row.filter(|_| clean)
}

/// A kindergarten of the locality with this code.
pub(super) fn kindergarten(
    fields: &mut Fields,
    facts: &dto::KindergartenFacts,
    locality: &str,
    external_id: &str,
    now: DateTime<Utc>,
) -> Option<KindergartenRow> {
    read(fields, now, |column| match column {
        "external_id" => ("", external_id.to_owned()),
        "locality" => ("/facts/locality_id", locality.to_owned()),
        "kind" => ("/facts/kind", facts.kind.as_str().to_owned()),
        "bin" => ("/facts/bin", facts.bin.clone()),
        "name_kk" => ("/facts/name/kk", facts.name.kk.clone()),
        "name_ru" => ("/facts/name/ru", facts.name.ru.clone()),
        "name_en" => ("/facts/name/en", facts.name.en.clone()),
        "address_kk" => ("/facts/address/kk", facts.address.kk.clone()),
        "address_ru" => ("/facts/address/ru", facts.address.ru.clone()),
        "address_en" => ("/facts/address/en", facts.address.en.clone()),
        "latitude" => (
            "/facts/coordinates/latitude",
            facts.coordinates.latitude.to_string(),
        ),
        "longitude" => (
            "/facts/coordinates/longitude",
            facts.coordinates.longitude.to_string(),
        ),
        "phone" => ("/facts/phone", facts.phone.clone()),
        "schedule" => ("/facts/schedule", facts.schedule.clone()),
        "licence_until" => ("/facts/licence_until", day(facts.licence_until)),
        "contract_until" => ("/facts/contract_until", day(facts.contract_until)),
        _ => ("", String::new()),
    })
}

/// A group of the kindergarten with this name in the source.
pub(super) fn group(
    fields: &mut Fields,
    wish: &dto::GroupRequest,
    kindergarten: &str,
    external_id: &str,
    now: DateTime<Utc>,
) -> Option<GroupRow> {
    read(fields, now, |column| match column {
        "external_id" => ("", external_id.to_owned()),
        "kindergarten" => ("", kindergarten.to_owned()),
        "name" => ("/name", wish.name.clone()),
        "language" => (
            "/instruction_language",
            wish.instruction_language.as_str().to_owned(),
        ),
        "birth_year_from" => ("/birth_years/from", wish.birth_years.from.to_string()),
        "birth_year_to" => ("/birth_years/to", wish.birth_years.to.to_string()),
        "state_order" => (
            "/state_order",
            if wish.state_order { "yes" } else { "no" }.to_owned(),
        ),
        "capacity" => ("/capacity", wish.capacity.to_string()),
        "open_from" => ("/open_from", day(wish.open_from)),
        "closed_from" => ("/closed_from", day(wish.closed_from)),
        _ => ("", String::new()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::{
        Localized,
        code::Code,
        kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    };

    fn facts() -> dto::KindergartenFacts {
        dto::KindergartenFacts {
            locality_id: "0193569a-7b7e-7c41-8f0e-0f6d3a4c9d21".parse().unwrap(),
            kind: KindergartenKind::PrivateStateOrder,
            bin: "050440000012".into(),
            name: Localized::new("Балапан", "Балапан", "Balapan"),
            address: Localized::new("Абай көшесі, 1", "ул. Абая, 1", "1 Abai Street"),
            coordinates: Coordinates {
                latitude: 49.4744,
                longitude: 57.4233,
            },
            phone: "+7 713 33 12 34".into(),
            schedule: String::new(),
            licence_until: None,
            contract_until: "2027-12-31".parse().ok(),
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T05:00:00Z".parse().unwrap()
    }

    fn named(fields: Fields) -> Vec<(String, Code)> {
        match fields.finish() {
            Ok(()) => Vec::new(),
            Err(crate::error::Error::Refused(refusal)) => refusal
                .errors
                .into_iter()
                .map(|one| (one.pointer, one.violation.code))
                .collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_column_of_a_kindergarten_has_its_member() {
        let mut fields = Fields::default();
        let row = kindergarten(&mut fields, &facts(), "kandyagash", "K-1", now()).unwrap();
        assert_eq!(named(fields), []);
        let cells = row.cells();
        let empty: Vec<_> = KindergartenRow::COLUMNS
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| cell.is_empty())
            .map(|(column, _)| column.name)
            .collect();
        assert_eq!(empty, ["schedule", "licence_until"]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_member() {
        let mut fields = Fields::default();
        let wrong = dto::KindergartenFacts {
            bin: "050440000013".into(),
            name: Localized::new("", "а\u{202e}б", "x"),
            coordinates: Coordinates {
                latitude: 149.0,
                longitude: f64::NAN,
            },
            ..facts()
        };
        assert!(kindergarten(&mut fields, &wrong, "kandyagash", "K-1", now()).is_none());
        let expected = [
            ("/facts/bin", Code::BinInvalid),
            ("/facts/name/kk", Code::FieldRequired),
            ("/facts/name/ru", Code::TextInvalid),
            ("/facts/coordinates/latitude", Code::QuantityInvalid),
            ("/facts/coordinates/longitude", Code::QuantityInvalid),
        ]
        .map(|(pointer, code)| (pointer.to_owned(), code));
        assert_eq!(named(fields), expected);
        let mut fields = Fields::default();
        let wish = dto::GroupRequest {
            name: "Ботақан".into(),
            instruction_language: InstructionLanguage::Kazakh,
            birth_years: BirthYears {
                from: 2023,
                to: 2021,
            },
            state_order: true,
            capacity: 1001,
            open_from: None,
            closed_from: None,
            effective_on: None,
        };
        assert!(group(&mut fields, &wish, "K-1", "G-1", now()).is_none());
        let expected = [
            ("/birth_years/to", Code::PeriodInvalid),
            ("/capacity", Code::QuantityInvalid),
        ]
        .map(|(pointer, code)| (pointer.to_owned(), code));
        assert_eq!(named(fields), expected);
    }
}
