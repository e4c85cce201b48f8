//! What the demo's localities give benefits for.

use crate::{app::App, error::Result};
use balabaqsha_shared::{
    application::Category, benefit::BenefitGround, id::BenefitGroundId, language::Localized,
};
use balabaqsha_store::{self as store, Tx};

struct Ground {
    code: &'static str,
    category: Category,
    name: [&'static str; 3],
    article: [&'static str; 3],
    proof_days: Option<u16>,
}

const LAW: [&str; 3] = [
    "Қызмет көрсету қағидалары, 8-тармақ (демо)",
    "Правила оказания услуги, пункт 8 (демо)",
    "Rules of the service, item 8 (demo)",
];

const GROUNDS: [Ground; 6] = [
    Ground {
        code: "serviceman",
        category: Category::Extraordinary,
        name: [
            "Әскери қызметшінің немесе арнаулы мемлекеттік орган қызметкерінің баласы",
            "Ребёнок военнослужащего или сотрудника специального государственного органа",
            "Child of a serviceman or an employee of a special state body",
        ],
        article: LAW,
        // A certificate from work holds for a month.
        proof_days: Some(30),
    },
    Ground {
        code: "large-family",
        category: Category::Priority,
        name: [
            "Көпбалалы отбасының баласы",
            "Ребёнок из многодетной семьи",
            "Child of a large family",
        ],
        article: LAW,
        proof_days: None,
    },
    Ground {
        code: "disability-of-parent",
        category: Category::Priority,
        name: [
            "Ата-анасының мүгедектігі бар бала",
            "Ребёнок родителя с инвалидностью",
            "Child of a parent with a disability",
        ],
        article: LAW,
        proof_days: Some(365),
    },
    Ground {
        code: "without-parental-care",
        category: Category::Priority,
        name: [
            "Жетім немесе ата-ана қамқорлығынсыз қалған бала",
            "Сирота или ребёнок без попечения родителей",
            "Orphan or child without parental care",
        ],
        article: LAW,
        proof_days: None,
    },
    Ground {
        code: "special-needs",
        category: Category::Priority,
        name: [
            "Ерекше білім беру қажеттілігі бар бала",
            "Ребёнок с особыми образовательными потребностями",
            "Child with special educational needs",
        ],
        article: LAW,
        proof_days: Some(365),
    },
    Ground {
        code: "teacher",
        category: Category::Priority,
        name: [
            "Мектепке дейінгі ұйым педагогінің баласы",
            "Ребёнок педагога дошкольной организации",
            "Child of a teacher of a preschool organisation",
        ],
        article: LAW,
        proof_days: Some(30),
    },
];

/// The same grounds in all localities that are served here.
pub(super) async fn make_up(tx: &mut Tx, app: &App) -> Result<()> {
    let localities = store::localities::list(tx).await?;
    for locality in localities.iter().filter(|locality| locality.served_here) {
        for ground in &GROUNDS {
            let words = |[kk, ru, en]: [&str; 3]| Localized::new(kk, ru, en);
            let ground = BenefitGround {
                id: BenefitGroundId::new(app.core.new_id()),
                code: ground.code.to_owned(),
                category: ground.category,
                name: words(ground.name),
                article: words(ground.article),
                proof_days: ground.proof_days,
            };
            store::benefits::add_ground(tx, locality.id, &ground).await?;
        }
    }
    Ok(())
}
