//! What all pages share: who has logged in and in what capacity, the service's clock, what has changed, the localities.

mod capacity;
mod changes;
mod clock;
mod localities;
mod outcome;
mod service;
mod session;
mod unread;

pub use capacity::{Acting, use_acting};
pub use changes::{Changes, Topic, use_changes};
pub use clock::{Clock, use_clock};
pub use localities::{Localities, shown_name, use_localities};
pub use outcome::{Outcome, Sent, Signed, Stage, Way, use_outcome};
pub use service::{provide_service, use_demo, use_service};
pub use session::{Ending, Session, Standing, use_session};
pub use unread::{Unread, use_unread};
