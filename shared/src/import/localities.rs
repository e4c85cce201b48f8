//! Localities with their rules profile.

use super::{Cells, Column, ImportKind, ImportRow, cells, column, optional};
use crate::profile::{ChildCheck, RulesProfile};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalityRow {
    pub external_id: String,
    pub code: String,
    pub name_kk: String,
    pub name_ru: String,
    pub name_en: String,
    pub district_kk: String,
    pub district_ru: String,
    pub district_en: String,
    pub latitude: f64,
    pub longitude: f64,
    pub number_region: String,
    /// R27; without a default.
    pub child_check: bool,
    pub upper_age_years: i32,
    pub hold_minutes: i32,
    pub arrival_working_days: i32,
    pub stop_list_working_days: i32,
    pub publication_time: Option<NaiveTime>,
}

impl LocalityRow {
    /// What the row says of the rules profile; the other members of a known locality stay as they are.
    #[must_use]
    pub fn rules(&self) -> Value {
        json!({
            "upper_age_years": self.upper_age_years,
            "hold_minutes": self.hold_minutes,
            "arrival_working_days": self.arrival_working_days,
            "stop_list_working_days": self.stop_list_working_days,
            "publication_time": self.publication_time,
            "child_check": if self.child_check { ChildCheck::On } else { ChildCheck::Off },
        })
    }

    /// The same row for another profile.
    #[must_use]
    pub fn with_rules(self, rules: &RulesProfile) -> Self {
        Self {
            child_check: rules.child_check == ChildCheck::On,
            upper_age_years: rules.upper_age_years.into(),
            hold_minutes: rules.hold_minutes.into(),
            arrival_working_days: rules.arrival_working_days.into(),
            stop_list_working_days: rules.stop_list_working_days.into(),
            publication_time: rules.publication_time,
            ..self
        }
    }
}

impl ImportRow for LocalityRow {
    const KIND: ImportKind = ImportKind::Localities;

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
            "code",
            [
                "Мекенжайға арналған қысқа атау: латын әріптері, цифр, дефис",
                "Короткое имя для адресов: латинские буквы, цифры, дефис",
                "Short name for addresses: Latin letters, digits, hyphen",
            ],
        ),
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
            "district_kk",
            ["Аудан, қазақша", "Район на казахском", "District in Kazakh"],
        ),
        column(
            "district_ru",
            ["Аудан, орысша", "Район на русском", "District in Russian"],
        ),
        column(
            "district_en",
            [
                "Аудан, ағылшынша",
                "Район на английском",
                "District in English",
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
        column(
            "number_region",
            [
                "Нөмірлердің басы, мысалы АКТ: 2–5 бас әріп",
                "Начало номеров, например АКТ: 2–5 заглавных букв",
                "Start of the numbers, for example АКТ: 2 to 5 capital letters",
            ],
        ),
        column(
            "child_check",
            [
                "Баланы және ата-ана екенін тексеру: on немесе off",
                "Проверка ребёнка и родительства: on или off",
                "Check of child and parenthood: on or off",
            ],
        ),
        optional(
            "upper_age_years",
            [
                "Кезекке тұру жасының шегі (6)",
                "Предельный возраст очереди (6)",
                "Upper age of the queue (6)",
            ],
        ),
        optional(
            "hold_minutes",
            [
                "Орын сақталатын минуттар (10)",
                "На сколько минут место придерживают (10)",
                "Minutes of a hold (10)",
            ],
        ),
        optional(
            "arrival_working_days",
            [
                "Келуге берілетін жұмыс күндері (5)",
                "Рабочих дней на прибытие (5)",
                "Working days to arrive (5)",
            ],
        ),
        optional(
            "stop_list_working_days",
            [
                "Стоп-парақтағы жұмыс күндері (10)",
                "Рабочих дней стоп-листа (10)",
                "Working days of the stop-list (10)",
            ],
        ),
        optional(
            "publication_time",
            [
                "Орындарды жариялау уақыты, мысалы 09:00; бос — бірден",
                "Время публикации мест, например 09:00; пусто — сразу",
                "Time at which places are published, such as 09:00; empty means at once",
            ],
        ),
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let defaults = RulesProfile::default();
        let external_id = cells.text("external_id", 100);
        let code = cells.word("code", 1..=64, |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
        });
        let name_kk = cells.text("name_kk", 200);
        let name_ru = cells.text("name_ru", 200);
        let name_en = cells.text("name_en", 200);
        let district_kk = cells.text("district_kk", 200);
        let district_ru = cells.text("district_ru", 200);
        let district_en = cells.text("district_en", 200);
        let latitude = cells.degrees("latitude", 90);
        let longitude = cells.degrees("longitude", 180);
        let number_region = cells.word("number_region", 2..=5, char::is_uppercase);
        let child_check = cells.choice("child_check", |value| match value {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        });
        let upper = defaults.upper_age_years.into();
        let upper_age_years =
            cells.whole_or("upper_age_years", RulesProfile::UPPER_AGE_YEARS, upper);
        let hold_minutes = cells.whole_or(
            "hold_minutes",
            RulesProfile::HOLD_MINUTES,
            defaults.hold_minutes.into(),
        );
        let arrival = defaults.arrival_working_days.into();
        let arrival_working_days = cells.whole_or(
            "arrival_working_days",
            RulesProfile::ARRIVAL_WORKING_DAYS,
            arrival,
        );
        let stop = defaults.stop_list_working_days.into();
        let stop_list_working_days = cells.whole_or(
            "stop_list_working_days",
            RulesProfile::STOP_LIST_WORKING_DAYS,
            stop,
        );
        let publication_time = cells.time_if_there("publication_time");
        Some(Self {
            external_id: external_id?,
            code: code?,
            name_kk: name_kk?,
            name_ru: name_ru?,
            name_en: name_en?,
            district_kk: district_kk?,
            district_ru: district_ru?,
            district_en: district_en?,
            latitude: latitude?,
            longitude: longitude?,
            number_region: number_region?,
            child_check: child_check?,
            upper_age_years: upper_age_years?,
            hold_minutes: hold_minutes?,
            arrival_working_days: arrival_working_days?,
            stop_list_working_days: stop_list_working_days?,
            publication_time: publication_time?,
        })
    }

    fn key(&self) -> &str {
        &self.external_id
    }

    fn parent(&self) -> Option<&str> {
        None
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.external_id.clone(),
            self.code.clone(),
            self.name_kk.clone(),
            self.name_ru.clone(),
            self.name_en.clone(),
            self.district_kk.clone(),
            self.district_ru.clone(),
            self.district_en.clone(),
            self.latitude.to_string(),
            self.longitude.to_string(),
            self.number_region.clone(),
            if self.child_check { "on" } else { "off" }.to_owned(),
            self.upper_age_years.to_string(),
            self.hold_minutes.to_string(),
            self.arrival_working_days.to_string(),
            self.stop_list_working_days.to_string(),
            cells::if_there(self.publication_time.as_ref()),
        ]
    }
}
