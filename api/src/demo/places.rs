//! Made-up kindergartens in real localities of Aktobe region, and the three cities that run
//! systems of their own.

use crate::{
    clock,
    error::{Error, Result},
};
use balabaqsha_shared::{
    id::{GroupId, KindergartenId, LocalityId},
    iin::Bin,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    language::Localized,
    profile::{ChildCheck, RulesProfile},
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    freed::FreedPlace,
    kindergartens::{Group, Kindergarten},
    localities::Locality,
};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

const SEED: u64 = 2026;
const KINDERGARTENS_PER_LOCALITY: usize = 5;
const REGION: &str = "АКТ";

/// Code; Kazakh, Russian and English name; the same of the district; latitude and longitude.
type Place = (&'static str, [&'static str; 3], [&'static str; 3], f64, f64);

const SERVED: [Place; 12] = [
    (
        "kandyagash",
        ["Қандыағаш", "Кандыагаш", "Kandyagash"],
        [
            "Мұғалжар ауданы",
            "Мугалжарский район",
            "Mugalzhar District",
        ],
        49.4744,
        57.4233,
    ),
    (
        "alga",
        ["Алға", "Алга", "Alga"],
        ["Алға ауданы", "Алгинский район", "Alga District"],
        49.9032,
        57.3350,
    ),
    (
        "badamsha",
        ["Бадамша", "Бадамша", "Badamsha"],
        ["Қарғалы ауданы", "Каргалинский район", "Kargaly District"],
        50.5500,
        58.2667,
    ),
    (
        "emba",
        ["Ембі", "Эмба", "Emba"],
        [
            "Мұғалжар ауданы",
            "Мугалжарский район",
            "Mugalzhar District",
        ],
        48.8267,
        58.1442,
    ),
    (
        "irgiz",
        ["Ырғыз", "Иргиз", "Irgiz"],
        ["Ырғыз ауданы", "Иргизский район", "Irgiz District"],
        48.6167,
        61.2667,
    ),
    (
        "khromtau",
        ["Хромтау", "Хромтау", "Khromtau"],
        ["Хромтау ауданы", "Хромтауский район", "Khromtau District"],
        50.2503,
        58.4347,
    ),
    (
        "kobda",
        ["Қобда", "Кобда", "Kobda"],
        ["Қобда ауданы", "Кобдинский район", "Kobda District"],
        50.1500,
        55.6667,
    ),
    (
        "martuk",
        ["Мәртөк", "Мартук", "Martuk"],
        ["Мәртөк ауданы", "Мартукский район", "Martuk District"],
        50.7472,
        56.5056,
    ),
    (
        "shalkar",
        ["Шалқар", "Шалкар", "Shalkar"],
        ["Шалқар ауданы", "Шалкарский район", "Shalkar District"],
        47.8333,
        59.6167,
    ),
    (
        "shubarkuduk",
        ["Шұбарқұдық", "Шубаркудук", "Shubarkuduk"],
        ["Темір ауданы", "Темирский район", "Temir District"],
        49.1453,
        56.4872,
    ),
    (
        "temir",
        ["Темір", "Темир", "Temir"],
        ["Темір ауданы", "Темирский район", "Temir District"],
        49.1436,
        57.1286,
    ),
    (
        "uil",
        ["Ойыл", "Уил", "Uil"],
        ["Ойыл ауданы", "Уилский район", "Uil District"],
        49.0667,
        54.6833,
    ),
];

const SERVED_ELSEWHERE: [Place; 3] = [
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

/// Kazakh and Russian screens write the same name; English ones its romanisation.
const NAMES: [(&str, &str); 30] = [
    ("Күншуақ", "Kunshuaq"),
    ("Ботақан", "Botaqan"),
    ("Ақ желкен", "Aq zhelken"),
    ("Балдәурен", "Baldauren"),
    ("Қарлығаш", "Qarlygash"),
    ("Айгөлек", "Aigolek"),
    ("Еркемай", "Erkemai"),
    ("Жұлдыз", "Zhuldyz"),
    ("Балапан", "Balapan"),
    ("Нұрлы", "Nurly"),
    ("Сәуле", "Saule"),
    ("Бәйтерек", "Baiterek"),
    ("Гүлдер", "Gulder"),
    ("Ертөстік", "Yertostik"),
    ("Құлыншақ", "Qulynshaq"),
    ("Алтын бесік", "Altyn besik"),
    ("Шағала", "Shagala"),
    ("Таңшолпан", "Tangsholpan"),
    ("Мерей", "Merei"),
    ("Айналайын", "Ainalaiyn"),
    ("Арай", "Arai"),
    ("Қуаныш", "Quanysh"),
    ("Толағай", "Tolagai"),
    ("Ақбота", "Aqbota"),
    ("Солнышко", "Solnyshko"),
    ("Ромашка", "Romashka"),
    ("Теремок", "Teremok"),
    ("Радуга", "Raduga"),
    ("Достық", "Dostyq"),
    ("Зерде", "Zerde"),
];

const STREETS: [[&str; 3]; 12] = [
    ["Абай көшесі", "ул. Абая", "Abai Street"],
    ["Желтоқсан көшесі", "ул. Желтоксан", "Zheltoqsan Street"],
    ["Самал шағын ауданы", "мкр. Самал", "Samal Microdistrict"],
    ["Әйтеке би көшесі", "ул. Айтеке би", "Aiteke Bi Street"],
    [
        "Бейбітшілік көшесі",
        "ул. Бейбитшилик",
        "Beibitshilik Street",
    ],
    ["Қазыбек би көшесі", "ул. Казыбек би", "Qazybek Bi Street"],
    ["Жамбыл көшесі", "ул. Жамбыла", "Zhambyl Street"],
    [
        "Тәуелсіздік даңғылы",
        "пр. Тауелсиздик",
        "Tauelsizdik Avenue",
    ],
    ["Сәтбаев көшесі", "ул. Сатпаева", "Satbayev Street"],
    [
        "Әлия Молдағұлова көшесі",
        "ул. Алии Молдагуловой",
        "Aliya Moldagulova Street",
    ],
    [
        "Теміржолшылар көшесі",
        "ул. Железнодорожников",
        "Railwaymen Street",
    ],
    ["Астана көшесі", "ул. Астаны", "Astana Street"],
];

const GROUPS: [&str; 8] = [
    "Ботақан",
    "Бүлдіршін",
    "Жұлдызша",
    "Қызғалдақ",
    "Күншуақ",
    "Ақ көгершін",
    "Еркетай",
    "Балауса",
];

/// What was made up, for the children to stand in line for.
pub(super) struct Places {
    pub localities: Vec<Locality>,
    pub groups: Vec<(LocalityId, Group)>,
}

pub(super) async fn make_up(tx: &mut Tx, now: DateTime<Utc>) -> Result<Places> {
    let rng = &mut StdRng::seed_from_u64(SEED);
    let mut places = Places {
        localities: Vec::new(),
        groups: Vec::new(),
    };
    for (list, served_here) in [(&SERVED[..], true), (&SERVED_ELSEWHERE[..], false)] {
        for place in list {
            let locality = locality(rng, place, served_here, now);
            store::localities::insert(tx, &locality).await?;
            if served_here {
                make_up_kindergartens(tx, rng, &locality, now, &mut places.groups).await?;
                places.localities.push(locality);
            }
        }
    }
    Ok(places)
}

fn locality(rng: &mut StdRng, place: &Place, served_here: bool, now: DateTime<Utc>) -> Locality {
    let (code, [kk, ru, en], [district_kk, district_ru, district_en], latitude, longitude) = *place;
    // Real cities differ: three of the demo's do as well.
    let rules = match code {
        "shalkar" => RulesProfile {
            arrival_working_days: 10,
            ..RulesProfile::default()
        },
        // Where parents try what verified children are.
        "martuk" => RulesProfile {
            child_check: ChildCheck::On,
            ..RulesProfile::default()
        },
        "temir" => RulesProfile {
            hold_minutes: 15,
            ..RulesProfile::default()
        },
        _ => RulesProfile::default(),
    };
    Locality {
        id: LocalityId::new(clock::id_from(now, rng.random())),
        code: code.to_owned(),
        name: Localized::new(kk, ru, en),
        district: Localized::new(district_kk, district_ru, district_en),
        center: Coordinates {
            latitude,
            longitude,
        },
        served_here,
        number_region: REGION.to_owned(),
        rules,
    }
}

async fn make_up_kindergartens(
    tx: &mut Tx,
    rng: &mut StdRng,
    locality: &Locality,
    now: DateTime<Utc>,
    groups: &mut Vec<(LocalityId, Group)>,
) -> Result<()> {
    let names: Vec<_> = NAMES
        .choose_multiple(rng, KINDERGARTENS_PER_LOCALITY)
        .copied()
        .collect();
    for (index, (name, english)) in names.into_iter().enumerate() {
        let kind = match index {
            0..3 => KindergartenKind::PrivateStateOrder,
            3 => KindergartenKind::State,
            _ => KindergartenKind::Private,
        };
        let [kk, ru, en] = STREETS.choose(rng).copied().unwrap_or([""; 3]);
        let house = rng.random_range(1..120);
        let kindergarten = Kindergarten {
            id: KindergartenId::new(clock::id_from(now, rng.random())),
            locality_id: locality.id,
            kind,
            name: Localized::new(format!("«{name}»"), format!("«{name}»"), english),
            address: Localized::new(
                format!("{kk}, {house}"),
                format!("{ru}, {house}"),
                format!("{house} {en}"),
            ),
            coordinates: Coordinates {
                latitude: locality.center.latitude + rng.random_range(-0.03..0.03),
                longitude: locality.center.longitude + rng.random_range(-0.04..0.04),
            },
            phone: format!(
                "+7 713 {:02} {:02} {:02}",
                rng.random_range(30..60),
                rng.random_range(0..100),
                rng.random_range(0..100)
            ),
            schedule: "08:00–18:30".to_owned(),
            about: Localized::default(),
            bin: match bin(rng) {
                // The one that the guide for integrators makes a program for.
                _ if groups.is_empty() && index == 0 => {
                    Bin::parse(GUIDE_BIN).map_err(Error::internal)?
                }
                made_up => made_up,
            },
        };
        store::kindergartens::insert(tx, &kindergarten).await?;
        for group in make_up_groups(rng, &kindergarten, index, now) {
            store::kindergartens::insert_group(tx, &group).await?;
            if group.state_order && group.free > 0 {
                became_free(tx, rng, &group, now).await?;
            }
            groups.push((locality.id, group));
        }
    }
    Ok(())
}

/// The feed of free places has something to tell from the first day on.
async fn became_free(
    tx: &mut Tx,
    rng: &mut StdRng,
    group: &Group,
    now: DateTime<Utc>,
) -> Result<()> {
    let at = time::to_micros(now - TimeDelta::minutes(rng.random_range(60..20_000)));
    let freed = FreedPlace {
        id: clock::id_from(at, rng.random()),
        group_id: group.id.uuid(),
        freed_at: at,
        public_from: at,
        tell_at: at,
        hold_id: None,
    };
    Ok(store::freed::insert(tx, &freed).await?)
}

/// One group for each of four years of birth; the first private kindergarten of a locality always
/// has free places for children of three and four.
fn make_up_groups(
    rng: &mut StdRng,
    kindergarten: &Kindergarten,
    index: usize,
    now: DateTime<Utc>,
) -> Vec<Group> {
    let state_order = kindergarten.kind == KindergartenKind::PrivateStateOrder;
    let mut groups = Vec::new();
    for (name, age) in GROUPS
        .choose_multiple(rng, 4)
        .copied()
        .collect::<Vec<_>>()
        .into_iter()
        .zip(2..)
    {
        let year = now.year() - age;
        let capacity = rng.random_range(18..26);
        let free = match (index, age) {
            (0, 3 | 4) => rng.random_range(2..7),
            _ if rng.random_bool(0.45) => rng.random_range(1..5),
            _ => 0,
        };
        groups.push(Group {
            id: GroupId::new(clock::id_from(now, rng.random())),
            kindergarten_id: kindergarten.id,
            name: name.to_owned(),
            instruction_language: *[
                InstructionLanguage::Kazakh,
                InstructionLanguage::Kazakh,
                InstructionLanguage::Russian,
            ]
            .choose(rng)
            .unwrap_or(&InstructionLanguage::Kazakh),
            birth_years: BirthYears {
                from: year,
                to: year,
            },
            state_order,
            capacity,
            free,
            held: 0,
            taken: capacity - free,
        });
    }
    groups
}

/// Of the kindergarten for which the guide for integrators makes a program, and whose staff has keys.
pub(super) const GUIDE_BIN: &str = "050440000012";

fn bin(rng: &mut StdRng) -> Bin {
    loop {
        let stem = format!(
            "{:02}{:02}40{:05}",
            rng.random_range(10..26),
            rng.random_range(1..13),
            rng.random_range(0..100_000)
        );
        if let Some(bin) = (0..10).find_map(|digit| Bin::parse(&format!("{stem}{digit}")).ok()) {
            return bin;
        }
    }
}
