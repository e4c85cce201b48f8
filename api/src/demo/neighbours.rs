//! The three cities of the demo that run systems of their own.

use crate::{app::App, error::Result};
use balabaqsha_shared::{
    id::LocalityId, kindergarten::Coordinates, language::Localized, profile::RulesProfile,
};
use balabaqsha_store::{self as store, Tx, localities::Locality};

/// Code; Kazakh, Russian and English name; the same of the district; latitude and longitude.
type Place = (&'static str, [&'static str; 3], [&'static str; 3], f64, f64);

const NEIGHBOURS: [Place; 3] = [
    (
        "aktobe",
        ["Ақтөбе", "Актобе", "Aktobe"],
        ["Ақтөбе облысы", "Актюбинская область", "Aktobe Region"],
        50.2839,
        57.1670,
    ),
    (
        "almaty",
        ["Алматы", "Алматы", "Almaty"],
        [
            "республикалық маңызы бар қала",
            "город республиканского значения",
            "city of national significance",
        ],
        43.2380,
        76.9454,
    ),
    (
        "astana",
        ["Астана", "Астана", "Astana"],
        [
            "республикалық маңызы бар қала",
            "город республиканского значения",
            "city of national significance",
        ],
        51.1282,
        71.4304,
    ),
];

pub(super) async fn make_up(tx: &mut Tx, app: &App) -> Result<()> {
    for (code, [kk, ru, en], [district_kk, district_ru, district_en], latitude, longitude) in
        NEIGHBOURS
    {
        let locality = Locality {
            id: LocalityId::new(app.core.new_id()),
            code: code.to_owned(),
            name: Localized::new(kk, ru, en),
            district: Localized::new(district_kk, district_ru, district_en),
            center: Coordinates {
                latitude,
                longitude,
            },
            served_here: false,
            number_region: "АКТ".to_owned(),
            rules: RulesProfile::default(),
        };
        store::localities::insert(tx, &locality).await?;
    }
    Ok(())
}
