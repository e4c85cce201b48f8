//! Logging in with the key of an organisation (R19): whoever the certificate names works for the kindergarten with its
//! BIN, for as long as the certificate is valid and no head has ended it.

use crate::{
    app::App,
    error::{Error, Result},
    trust::profile::Organisation,
};
use balabaqsha_shared::{code::Code, id::StaffMemberId, iin::Iin, rules::Violation};
use balabaqsha_store::{
    self as store, Tx,
    staff::{Ground, StaffMember},
};

/// The membership that the key gives; none where keys of organisations may act for their holders and this one is of
/// no kindergarten.
pub(super) async fn accept(
    tx: &mut Tx,
    app: &App,
    iin: &Iin,
    organisation: &Organisation,
) -> Result<Option<StaffMemberId>> {
    let kindergarten = match &organisation.bin {
        // The release before takes such a session for a parent's.
        Some(bin) if store::upgrade::finished(tx).await? => {
            store::kindergartens::by_bin(tx, bin).await?
        }
        _ => None,
    };
    let Some(kindergarten) = kindergarten else {
        return if app.settings.legal_entity_keys {
            Ok(None)
        } else {
            Err(Error::refused(Code::KeyOfLegalEntity))
        };
    };
    let known = store::staff::lock_of_person(tx, kindergarten.id, iin).await?;
    let ended = known.iter().find_map(|member| {
        let by_head = member.ended_by.and(member.ends_at);
        by_head.filter(|ended| organisation.certified_from < *ended)
    });
    if let Some(ended) = ended {
        return Err(Violation::new(Code::StaffEnded)
            .with_moment("ended", ended)
            .into());
    }
    let ground = Ground::Key(organisation.certified_from);
    let same = known
        .iter()
        .find(|member| member.ground == ground && member.role == organisation.role);
    if let Some(member) = same {
        return Ok(Some(member.id));
    }
    let member = StaffMember {
        id: StaffMemberId::new(app.core.new_id()),
        kindergarten_id: kindergarten.id,
        iin: iin.clone(),
        role: organisation.role,
        ground,
        begins_at: app.core.now(),
        ends_at: Some(organisation.certified_until),
        ended_by: None,
    };
    store::staff::insert(tx, &member).await?;
    Ok(Some(member.id))
}
