//! Where scans of proofs are kept, and who looks at them for viruses.

use super::units;
use confique::Config;
use secrecy::SecretString;
use std::path::PathBuf;

/// Scans of proofs (R21). With a bucket they are kept there, otherwise in a folder.
#[derive(Clone, Debug, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Scans {
    /// Folder for scans of proofs, each encrypted [default: <data_dir>/scans]
    #[config(layer_attr(arg(
        long = "scans-folder",
        env = "BALABAQSHA_SCANS_FOLDER",
        value_name = "DIR"
    )))]
    pub folder: Option<PathBuf>,
    /// File with the keys that encrypt scans, mode 0600; made at the first start. Without it no scan
    /// can be opened again: keep a copy elsewhere [default: <data_dir>/scans.key]
    #[config(layer_attr(arg(
        long = "scans-key-file",
        env = "BALABAQSHA_SCANS_KEY_FILE",
        value_name = "FILE"
    )))]
    pub key_file: Option<PathBuf>,
    /// Virus scanner (clamd), as HOST:PORT or unix:PATH; without it nobody looks for viruses
    #[config(layer_attr(arg(
        long = "virus-scanner",
        env = "BALABAQSHA_VIRUS_SCANNER",
        value_name = "ADDRESS"
    )))]
    pub virus_scanner: Option<String>,
    /// Bucket of S3, or of something that speaks like it, instead of the folder
    #[config(layer_attr(arg(
        long = "scans-bucket",
        env = "BALABAQSHA_SCANS_BUCKET",
        value_name = "NAME"
    )))]
    pub bucket: Option<String>,
    /// Address of the bucket's service; none means that of Amazon
    #[config(layer_attr(arg(
        long = "scans-endpoint",
        env = "BALABAQSHA_SCANS_ENDPOINT",
        value_name = "URL"
    )))]
    pub endpoint: Option<String>,
    /// Region of the bucket
    #[config(default = "us-east-1", layer_attr(arg(skip)))]
    pub region: String,
    /// Name of the key to the bucket
    #[config(layer_attr(arg(skip)))]
    pub access_key_id: Option<String>,
    /// The key to the bucket
    #[config(layer_attr(arg(
        long = "scans-secret-access-key",
        env = "BALABAQSHA_SCANS_SECRET_ACCESS_KEY",
        hide_env_values = true,
        value_name = "KEY",
        value_parser = units::secret
    )))]
    pub secret_access_key: Option<SecretString>,
}

impl Default for Scans {
    fn default() -> Self {
        super::defaults()
    }
}
