//! The operations of version 1, one file per resource. The list here is both the routing and the
//! contents of `openapi.yaml`.

mod applications;
mod attachments;
mod benefits;
mod challenges;
mod changes;
mod demo;
mod desk;
mod documents;
mod drafts;
mod egov_mobile;
mod files;
mod kindergartens;
mod localities;
mod me;
mod notices;
mod office;
mod paging;
mod referrals;
mod responses;
mod scan_files;
mod service;
mod sessions;
mod signatures;
mod signing_sessions;
mod subscriptions;
mod vacancies;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(service::show)
        .service(localities::list)
        .service(kindergartens::list)
        .service(kindergartens::show)
        .service(vacancies::list)
        .service(vacancies::follow)
        .service(changes::follow)
        .service(challenges::create)
        .service(signing_sessions::begin_login)
        .service(signing_sessions::begin)
        .service(signing_sessions::show)
        .service(signing_sessions::cancel)
        .service(egov_mobile::invitation)
        .service(egov_mobile::documents)
        .service(egov_mobile::signatures)
        .service(sessions::create)
        .service(sessions::renew)
        .service(sessions::end)
        .service(sessions::list)
        .service(sessions::end_one)
        .service(me::show)
        .service(me::set_email)
        .service(me::confirm_email)
        .service(notices::preferences)
        .service(notices::set_preferences)
        .service(notices::list)
        .service(notices::read)
        .service(subscriptions::create)
        .service(subscriptions::list)
        .service(subscriptions::delete)
        .service(applications::create_draft)
        .service(applications::create)
        .service(applications::list)
        .service(applications::show)
        .service(applications::history)
        .service(applications::position_history)
        .service(applications::audit)
        .service(applications::vacancies)
        .service(applications::documents)
        .service(applications::create_withdrawal_draft)
        .service(applications::withdraw)
        .service(applications::set_contact_phone)
        .service(benefits::grounds)
        .service(benefits::list)
        .service(benefits::claim)
        .service(benefits::upload)
        .service(benefits::remove)
        .service(benefits::page)
        .service(referrals::create_draft)
        .service(referrals::delete_draft)
        .service(referrals::create)
        .service(referrals::show)
        .service(referrals::calendar_event)
        .service(referrals::create_extension_draft)
        .service(referrals::extend)
        .service(referrals::create_revocation_draft)
        .service(referrals::revoke)
        .service(referrals::list_expected)
        .service(referrals::enrol)
        .service(referrals::undo_enrolment)
        .service(referrals::search)
        .service(referrals::verification)
        .service(attachments::create_draft)
        .service(attachments::create)
        .service(attachments::list)
        .service(attachments::decide)
        .service(attachments::create_detachment_draft)
        .service(attachments::end)
        .service(drafts::show)
        .service(documents::show)
        .service(documents::content)
        .service(documents::signature)
        .service(documents::pdf)
        .service(documents::evidence)
        .service(signatures::verify)
        .service(office::appointments::list)
        .service(office::appointments::create)
        .service(office::appointments::end)
        .service(office::applications::search)
        .service(office::applications::waiting)
        .service(office::applications::show)
        .service(office::applications::create_draft)
        .service(office::applications::decide)
        .service(office::audit::search)
        .service(office::localities::list)
        .service(office::localities::show)
        .service(office::localities::change)
        .service(office::localities::preview)
        .service(office::localities::history)
        .service(office::kindergartens::list)
        .service(office::kindergartens::create)
        .service(office::kindergartens::show)
        .service(office::kindergartens::change)
        .service(office::kindergartens::preview)
        .service(office::kindergartens::history)
        .service(office::groups::create)
        .service(office::groups::show)
        .service(office::groups::change)
        .service(office::groups::preview)
        .service(office::groups::history)
        .service(office::groups::referrals)
        .service(office::planned_changes::take_back)
        .service(office::calendar::show)
        .service(office::calendar::import)
        .service(office::suspensions::list)
        .service(office::suspensions::create_draft)
        .service(office::suspensions::create)
        .service(office::suspensions::create_ending_draft)
        .service(office::suspensions::end)
        .service(office::benefits::list)
        .service(office::benefits::show)
        .service(office::benefits::create_draft)
        .service(office::benefits::decide)
        .service(office::benefits::scan_page)
        .service(office::benefits::scan_original)
        .service(office::benefits::override_virus_check)
        .service(office::annulments::create_draft)
        .service(office::annulments::annul)
        .service(office::decisions::show)
        .service(office::decisions::pdf)
        .service(office::imports::create)
        .service(office::imports::list)
        .service(office::imports::show)
        .service(office::imports::rows)
        .service(office::imports::errors)
        .service(office::imports::apply)
        .service(office::imports::discard)
        .service(office::imports::template)
        .service(office::imports::export)
        .service(office::imports::sources)
        .service(desk::show)
        .service(desk::describe)
        .service(desk::show_group)
        .service(desk::set_free)
        .service(desk::list_staff)
        .service(desk::appoint)
        .service(desk::end)
        .service(demo::keys)
        .service(demo::child)
        .service(demo::key)
        .service(demo::clock)
        .service(demo::move_clock);
}
