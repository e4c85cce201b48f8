//! What a locality gives benefits for (R21): a list that an operator brings in as a whole.

use crate::{
    app::Core,
    error::{Error, Result},
    service::audit::{self, Entry},
};
use balabaqsha_shared::{
    application::Category, benefit::BenefitGround, comment::Comment, id::BenefitGroundId,
    language::Localized,
};
use balabaqsha_store::{self as store, Tx, localities::Locality};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;

/// Characters of a code, of a name and of an article.
const LONGEST_CODE: usize = 50;
const LONGEST_TEXT: usize = 300;

#[derive(Debug, thiserror::Error)]
pub enum GroundsError {
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("the name of who decided must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Operator,
    #[error("ground {code:?}: {reason}")]
    Ground { code: String, reason: &'static str },
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for GroundsError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// A ground as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    pub code: String,
    pub category: Category,
    pub name: Localized,
    pub article: Localized,
    #[serde(default)]
    pub proof_days: Option<u16>,
}

impl Ground {
    fn check(&self) -> std::result::Result<(), GroundsError> {
        let refuse = |reason| {
            Err(GroundsError::Ground {
                code: self.code.clone(),
                reason,
            })
        };
        let is_code = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.code.is_empty() || self.code.len() > LONGEST_CODE || !self.code.bytes().all(is_code)
        {
            return refuse("the code has 1 to 50 small Latin letters, digits and hyphens");
        }
        if self.category == Category::General {
            return refuse("the general category needs no ground");
        }
        if self.proof_days == Some(0) {
            return refuse("a proof holds for one day at least");
        }
        let texts = [&self.name, &self.article];
        let texts = texts.iter().flat_map(|text| [&text.kk, &text.ru, &text.en]);
        for text in texts {
            let length = text.chars().count();
            if text.trim().is_empty()
                || length > LONGEST_TEXT
                || balabaqsha_shared::text::has_hidden(text)
            {
                return refuse(
                    "name and article need words in three languages, 300 characters each",
                );
            }
        }
        Ok(())
    }

    fn is(&self, known: &BenefitGround) -> bool {
        self.code == known.code
            && self.category == known.category
            && self.name == known.name
            && self.article == known.article
            && self.proof_days == known.proof_days
    }
}

/// What has become of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub added: usize,
    pub ended: usize,
    pub unchanged: usize,
}

/// Gives benefits for exactly these grounds from now on. Claims that rest on others stay.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn replace(
    core: &Core,
    code: &str,
    grounds: &[Ground],
    by: &str,
) -> std::result::Result<Changes, GroundsError> {
    let by = Comment::parse(by).map_err(|_| GroundsError::Operator)?;
    let mut codes = BTreeSet::new();
    for ground in grounds {
        ground.check()?;
        if !codes.insert(&ground.code) {
            return Err(GroundsError::Ground {
                code: ground.code.clone(),
                reason: "it stands in the list twice",
            });
        }
    }
    core.db
        .transact(async |tx| {
            let locality = store::localities::by_code(tx, code).await?;
            let locality = locality.ok_or_else(|| GroundsError::Locality(code.to_owned()))?;
            let changes = replace_in(tx, core, &locality, grounds).await?;
            let entry = Entry::act("set_benefit_grounds")
                .in_locality(locality.id)
                .with(json!({"added": changes.added, "ended": changes.ended}));
            audit::record_operator(tx, core, by.as_str(), entry).await?;
            Ok(changes)
        })
        .await
}

async fn replace_in(
    tx: &mut Tx,
    core: &Core,
    locality: &Locality,
    grounds: &[Ground],
) -> Result<Changes> {
    let mut changes = Changes::default();
    let known = store::benefits::grounds_of(tx, locality.id).await?;
    for one in &known {
        if grounds.iter().any(|ground| ground.is(one)) {
            changes.unchanged += 1;
        } else {
            store::benefits::end_ground(tx, one.id, core.now()).await?;
            changes.ended += 1;
        }
    }
    for ground in grounds {
        if known.iter().any(|one| ground.is(one)) {
            continue;
        }
        let new = BenefitGround {
            id: BenefitGroundId::new(core.new_id()),
            code: ground.code.clone(),
            category: ground.category,
            name: ground.name.clone(),
            article: ground.article.clone(),
            proof_days: ground.proof_days,
        };
        store::benefits::add_ground(tx, locality.id, &new).await?;
        changes.added += 1;
    }
    Ok(changes)
}
