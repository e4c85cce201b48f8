//! The plural rules of the three languages, for `leptos_i18n`. The data that ICU is compiled with has
//! those of all languages, and brings along what finds the nearest one in them.

use icu_plurals::{PluralRuleType, PluralRules, provider::PluralsCardinalV1};
use icu_provider::prelude::{
    DataError, DataErrorKind, DataMarker, DataPayload, DataProvider, DataRequest, DataResponse,
};
use leptos_i18n::{custom_provider::IcuDataProvider, reexports::icu::locid::Locale};

#[expect(
    unsafe_code,
    reason = "the rules are bytes that ICU has checked when they were written"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/plurals.rs"));
}

#[derive(Clone, Copy, Debug)]
pub struct Plurals;

impl DataProvider<PluralsCardinalV1> for Plurals {
    fn load(&self, request: DataRequest<'_>) -> Result<DataResponse<PluralsCardinalV1>, DataError> {
        let language = request.id.locale.language;
        let rules = generated::rules(language.as_str()).ok_or_else(|| {
            DataErrorKind::IdentifierNotFound.with_req(PluralsCardinalV1::INFO, request)
        })?;
        Ok(DataResponse {
            metadata: Default::default(),
            payload: DataPayload::from_static_ref(rules),
        })
    }
}

impl IcuDataProvider for Plurals {
    fn try_new_plural_rules(
        &self,
        locale: &Locale,
        kind: PluralRuleType,
    ) -> Result<PluralRules, DataError> {
        match kind {
            PluralRuleType::Cardinal => PluralRules::try_new_cardinal_unstable(self, locale.into()),
            // No text counts places in a row.
            _ => Err(DataErrorKind::MarkerNotFound.into_error()),
        }
    }
}
