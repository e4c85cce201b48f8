//! What the application eGov Mobile shows of the organisation that asks for a signature.

use confique::Config;

/// As it is written in the list of the application's owner.
#[derive(Clone, Debug, PartialEq, Eq, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct EgovMobile {
    /// Name of the organisation in Kazakh, as eGov Mobile shows it
    #[config(default = "Балабақша", layer_attr(arg(skip)))]
    pub name_kk: String,
    /// Name of the organisation in Russian
    #[config(default = "Балабақша", layer_attr(arg(skip)))]
    pub name_ru: String,
    /// Name of the organisation in English
    #[config(default = "Balabaqsha", layer_attr(arg(skip)))]
    pub name_en: String,
    /// BIN of the organisation
    #[config(default = "", layer_attr(arg(skip)))]
    pub bin: String,
}
