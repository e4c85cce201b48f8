//! R22: an official puts a mistake in the data of a child right. The moment of submission stays, so a child stands in
//! the queue of its right year where it would have stood from the beginning.

use super::{
    deciding::{self, DecisionError},
    freeing::end_hold,
    journal::{self, Cause},
    saving::save_application,
    settle,
};
use crate::{app::Core, error::Error, service::telling::notices::Subject};
use balabaqsha_shared::{
    child::Child, code::Code, comment::Comment, entity::Application, event::Event,
};
use balabaqsha_store::{self as store, Tx, holds::HoldState};
use chrono::TimeDelta;

/// Corrects an application that is locked with everything about its child.
pub(in crate::service) async fn correct_known(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    child: Child,
    reason: Comment,
    official: Comment,
) -> std::result::Result<(), DecisionError> {
    let now = core.now();
    let application = settle::application(tx, core, application, now).await?;
    if !application.state.is_active() {
        let code = Code::ApplicationOver;
        return Err(deciding::fate(&application, code, "is not active any more"));
    }
    if application.child == child {
        return Err(Error::refused(Code::NothingToCorrect).into());
    }
    let previous = application.child.birth_date;
    let mut moment = application.submitted_at;
    if child.birth_year() != application.child.birth_year() {
        // The place that is held may be in a group of the wrong year.
        if let Some(hold) = store::holds::live_of(tx, application.id).await? {
            end_hold(tx, core, &hold, HoldState::Released).await?;
        }
        // R5: a moment is unique in its queue; whoever comes to it stands behind.
        let (locality, year) = (application.locality_id, child.birth_year());
        while store::applications::has_moment(tx, locality, year, moment).await? {
            moment += TimeDelta::microseconds(1);
        }
    }
    let application = save_application(tx, application.correct(child, moment)).await?;
    let event = Event::ChildCorrected {
        birth_date: application.child.birth_date,
        previous,
        reason,
    };
    let subject = Subject::Application(&application);
    let cause = Cause::Official(official);
    Ok(journal::record(tx, core, subject, now, cause, &event).await?)
}
