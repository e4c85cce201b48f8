//! Kindergartens.

use super::{Cells, Column, ImportKind, ImportRow, cells, column, optional};
use crate::{iin::Bin, kindergarten::KindergartenKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindergartenRow {
    pub external_id: String,
    /// Code of the locality.
    pub locality: String,
    pub kind: KindergartenKind,
    pub bin: Bin,
    pub name_kk: String,
    pub name_ru: String,
    pub name_en: String,
    pub address_kk: String,
    pub address_ru: String,
    pub address_en: String,
    pub latitude: f64,
    pub longitude: f64,
    pub phone: String,
    /// Days and hours, in the words of the kindergarten.
    pub schedule: String,
    /// Last day of the licence; without end when absent.
    pub licence_until: Option<NaiveDate>,
    /// Last day of the contract under the state order; without end when absent.
    pub contract_until: Option<NaiveDate>,
}

fn kind_from(name: &str) -> Option<KindergartenKind> {
    KindergartenKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == name)
}

impl ImportRow for KindergartenRow {
    const KIND: ImportKind = ImportKind::Kindergartens;

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
            "locality",
            [
                "Елді мекеннің коды",
                "Код населённого пункта",
                "Code of the locality",
            ],
        ),
        column(
            "kind",
            [
                "private_state_order (жекеменшік, мемлекеттік тапсырыспен), private немесе state",
                "private_state_order (частный по госзаказу), private или state",
                "private_state_order, private or state",
            ],
        ),
        column("bin", ["БСН, 12 цифр", "БИН, 12 цифр", "BIN, 12 digits"]),
        column(
            "name_kk",
            ["Қазақша атауы", "Название на казахском", "Name in Kazakh"],
        ),
        column(
            "name_ru",
            ["Орысша атауы", "Название на русском", "Name in Russian"],
        ),
        column(
            "name_en",
            [
                "Ағылшынша атауы",
                "Название на английском",
                "Name in English",
            ],
        ),
        column(
            "address_kk",
            [
                "Мекенжайы, қазақша",
                "Адрес на казахском",
                "Address in Kazakh",
            ],
        ),
        column(
            "address_ru",
            [
                "Мекенжайы, орысша",
                "Адрес на русском",
                "Address in Russian",
            ],
        ),
        column(
            "address_en",
            [
                "Мекенжайы, ағылшынша",
                "Адрес на английском",
                "Address in English",
            ],
        ),
        column(
            "latitude",
            [
                "Ендік, градус (WGS 84)",
                "Широта, градусы (WGS 84)",
                "Latitude, degrees (WGS 84)",
            ],
        ),
        column(
            "longitude",
            [
                "Бойлық, градус (WGS 84)",
                "Долгота, градусы (WGS 84)",
                "Longitude, degrees (WGS 84)",
            ],
        ),
        column("phone", ["Телефон", "Телефон", "Telephone"]),
        optional(
            "schedule",
            ["Жұмыс уақыты", "Время работы", "Opening hours"],
        ),
        optional(
            "licence_until",
            [
                "Лицензияның соңғы күні; бос — мерзімсіз",
                "Последний день лицензии; пусто — бессрочно",
                "Last day of the licence; empty means without end",
            ],
        ),
        optional(
            "contract_until",
            [
                "Мемлекеттік тапсырыс шартының соңғы күні; бос — мерзімсіз",
                "Последний день договора по госзаказу; пусто — бессрочно",
                "Last day of the contract under the state order; empty means without end",
            ],
        ),
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let external_id = cells.text("external_id", 100);
        let locality = cells.text("locality", 64);
        let kind = cells.choice("kind", kind_from);
        let bin = cells.bin("bin");
        let name_kk = cells.text("name_kk", 200);
        let name_ru = cells.text("name_ru", 200);
        let name_en = cells.text("name_en", 200);
        let address_kk = cells.text("address_kk", 300);
        let address_ru = cells.text("address_ru", 300);
        let address_en = cells.text("address_en", 300);
        let latitude = cells.degrees("latitude", 90);
        let longitude = cells.degrees("longitude", 180);
        let phone = cells.text("phone", 100);
        let schedule = cells.text_if_there("schedule", 300);
        let licence_until = cells.day_if_there("licence_until");
        let contract_until = cells.day_if_there("contract_until");
        Some(Self {
            external_id: external_id?,
            locality: locality?,
            kind: kind?,
            bin: bin?,
            name_kk: name_kk?,
            name_ru: name_ru?,
            name_en: name_en?,
            address_kk: address_kk?,
            address_ru: address_ru?,
            address_en: address_en?,
            latitude: latitude?,
            longitude: longitude?,
            phone: phone?,
            schedule: schedule?,
            licence_until: licence_until?,
            contract_until: contract_until?,
        })
    }

    fn key(&self) -> &str {
        &self.external_id
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.locality)
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.external_id.clone(),
            self.locality.clone(),
            self.kind.as_str().to_owned(),
            self.bin.to_string(),
            self.name_kk.clone(),
            self.name_ru.clone(),
            self.name_en.clone(),
            self.address_kk.clone(),
            self.address_ru.clone(),
            self.address_en.clone(),
            self.latitude.to_string(),
            self.longitude.to_string(),
            self.phone.clone(),
            self.schedule.clone(),
            cells::if_there(self.licence_until.as_ref()),
            cells::if_there(self.contract_until.as_ref()),
        ]
    }
}
