//! How many places of a group are free: what kindergartens publish.

use super::{Cells, Column, ImportKind, ImportRow, column};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesRow {
    /// What the source calls the group.
    pub group: String,
    pub free: i32,
}

impl ImportRow for PlacesRow {
    const KIND: ImportKind = ImportKind::Places;

    const COLUMNS: &'static [Column] = &[
        column(
            "group",
            [
                "Топтың external_id мәні",
                "external_id группы",
                "external_id of the group",
            ],
        ),
        column(
            "free",
            [
                "Бос орын саны",
                "Число свободных мест",
                "Number of free places",
            ],
        ),
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let group = cells.text("group", 100);
        let free = cells.whole("free", 0..=1000);
        Some(Self {
            group: group?,
            free: free?,
        })
    }

    fn key(&self) -> &str {
        &self.group
    }

    fn parent(&self) -> Option<&str> {
        None
    }

    fn cells(&self) -> Vec<String> {
        vec![self.group.clone(), self.free.to_string()]
    }
}
