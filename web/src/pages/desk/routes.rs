//! The pages of the desk and their addresses.

use crate::routes::Route;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskPage {
    /// Whom the kindergarten expects, and who came.
    Start,
    Places,
    /// What parents see.
    About,
    Colleagues,
}

impl DeskPage {
    pub const ALL: [Self; 4] = [Self::Start, Self::Places, Self::About, Self::Colleagues];

    const fn segment(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Places => "places",
            Self::About => "about",
            Self::Colleagues => "staff",
        }
    }

    /// The page of a section of the address.
    pub fn read(section: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.segment() == section)
    }

    pub fn route(self) -> Route {
        match self {
            Self::Start => Route::Desk(String::new()),
            page => Route::Desk(format!("/{}", page.segment())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_from_the_address_it_has() {
        for page in DeskPage::ALL {
            let path = page.route().path();
            let section = path.strip_prefix("/desk").unwrap().trim_start_matches('/');
            assert_eq!(DeskPage::read(section), Some(page));
        }
        assert_eq!(DeskPage::read("none"), None);
    }
}
