//! What officials decide about an application (R18, R22, R27), by a signature and with a reason.

use crate::{
    child::NamePart,
    id::AttachmentId,
    language::{Language, Localized},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One decision about an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ApplicationDecision {
    /// R27: the applicant is a parent of the child.
    VerifyChild {
        /// On the certificate, where the application has another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        birth_date: Option<NaiveDate>,
    },
    /// R27: the application is doubted and holds nothing until that is decided.
    Dispute {},
    /// R27: a dispute ends well for the applicant.
    DecideFor {},
    /// R27: a claim or a dispute ends with the removal of the application.
    DecideAgainst {},
    /// R22: the referral that lapsed is active again, or the lapse alone is taken back where no place is left.
    RestoreReferral {
        /// The new last day to arrive; that of a new referral when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// R3: a second parent sees the application no longer.
    EndAttachment { attachment_id: AttachmentId },
    /// R22: a mistake in the name or the birth date of the child is put right. The moment of submission stays.
    CorrectChild {
        surname: NamePart,
        given_name: NamePart,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        patronymic: Option<NamePart>,
        birth_date: NaiveDate,
    },
    /// R22: the limits of the applicant do not count in the locality until the end of a day.
    LiftLimits { until: NaiveDate },
}

/// A decision without its particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DecisionKind {
    VerifyChild,
    Dispute,
    DecideFor,
    DecideAgainst,
    RestoreReferral,
    EndAttachment,
    CorrectChild,
    LiftLimits,
}

impl ApplicationDecision {
    #[must_use]
    pub const fn kind(&self) -> DecisionKind {
        match self {
            Self::VerifyChild { .. } => DecisionKind::VerifyChild,
            Self::Dispute {} => DecisionKind::Dispute,
            Self::DecideFor {} => DecisionKind::DecideFor,
            Self::DecideAgainst {} => DecisionKind::DecideAgainst,
            Self::RestoreReferral { .. } => DecisionKind::RestoreReferral,
            Self::EndAttachment { .. } => DecisionKind::EndAttachment,
            Self::CorrectChild { .. } => DecisionKind::CorrectChild,
            Self::LiftLimits { .. } => DecisionKind::LiftLimits,
        }
    }

    /// What the decision names, in the order of its text.
    #[must_use]
    pub fn facts(&self) -> Vec<(Localized, String)> {
        let day = |kk, ru, en, day: &NaiveDate| {
            (
                Localized::new(kk, ru, en),
                day.format("%d.%m.%Y").to_string(),
            )
        };
        match self {
            Self::VerifyChild { birth_date } => birth_date
                .iter()
                .map(|date| {
                    day(
                        "Құжаттағы туған күні",
                        "Дата рождения в документе",
                        "Birth date on the certificate",
                        date,
                    )
                })
                .collect(),
            Self::RestoreReferral { until } => until
                .iter()
                .map(|until| {
                    day(
                        "Жаңа соңғы күн",
                        "Новый последний день прибытия",
                        "New last day to arrive",
                        until,
                    )
                })
                .collect(),
            Self::CorrectChild {
                surname,
                given_name,
                patronymic,
                birth_date,
            } => {
                let parts = [Some(surname), Some(given_name), patronymic.as_ref()];
                let parts: Vec<&str> = parts.into_iter().flatten().map(NamePart::as_str).collect();
                let name = Localized::new("Дұрыс аты-жөні", "Верное имя", "The right name");
                vec![
                    (name, parts.join(" ")),
                    day(
                        "Дұрыс туған күні",
                        "Верная дата рождения",
                        "The right birth date",
                        birth_date,
                    ),
                ]
            }
            Self::LiftLimits { until } => {
                vec![day("Соңғы күн", "Последний день", "Last day", until)]
            }
            Self::Dispute {}
            | Self::DecideFor {}
            | Self::DecideAgainst {}
            | Self::EndAttachment { .. } => Vec::new(),
        }
    }
}

impl DecisionKind {
    pub const ALL: [Self; 8] = [
        Self::VerifyChild,
        Self::Dispute,
        Self::DecideFor,
        Self::DecideAgainst,
        Self::RestoreReferral,
        Self::EndAttachment,
        Self::CorrectChild,
        Self::LiftLimits,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyChild => "verify_child",
            Self::Dispute => "dispute",
            Self::DecideFor => "decide_for",
            Self::DecideAgainst => "decide_against",
            Self::RestoreReferral => "restore_referral",
            Self::EndAttachment => "end_attachment",
            Self::CorrectChild => "correct_child",
            Self::LiftLimits => "lift_limits",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What is decided, in the words of the statement and of the pages.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::VerifyChild => language.pick(
                "өтініш беруші баланың ата-анасы екенін растау",
                "подтвердить, что заявитель — родитель ребёнка",
                "confirm that the applicant is a parent of the child",
            ),
            Self::Dispute => language.pick(
                "өтінішті даулы деп тану",
                "признать заявление спорным",
                "say that the application is disputed",
            ),
            Self::DecideFor => language.pick(
                "дауды өтініш берушінің пайдасына шешу",
                "решить спор в пользу заявителя",
                "decide the dispute for the applicant",
            ),
            Self::DecideAgainst => language.pick(
                "өтініш берушіге қарсы шешу: өтініш кезектен шығарылады",
                "решить не в пользу заявителя: заявление снимается с очереди",
                "decide against the applicant: the application leaves the queue",
            ),
            Self::RestoreReferral => language.pick(
                "жолдаманы қалпына келтіру, орын болмаса тек мерзім өтуін алып тастау",
                "восстановить направление, а если места нет, снять только просрочку",
                "restore the referral, or take the lapse alone back where no place is left",
            ),
            Self::EndAttachment => language.pick(
                "тіркеуді тоқтату",
                "прекратить прикрепление",
                "end the attachment",
            ),
            Self::CorrectChild => language.pick(
                "баланың аты-жөнін немесе туған күнін түзету",
                "исправить имя или дату рождения ребёнка",
                "correct the name or the birth date of the child",
            ),
            Self::LiftLimits => language.pick(
                "өтініш берушінің шектеулерін уақытша алып тастау",
                "снять ограничения заявителя на время",
                "lift the limits of the applicant for a time",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_kind_has_one_name_on_the_wire() {
        for kind in DecisionKind::ALL {
            assert_eq!(json!(kind), kind.as_str());
            assert_eq!(DecisionKind::from_name(kind.as_str()), Some(kind));
        }
        let decision = ApplicationDecision::LiftLimits {
            until: "2026-12-31".parse().unwrap(),
        };
        let wire = json!({"kind": decision.kind(), "until": "2026-12-31"});
        assert_eq!(serde_json::to_value(&decision).unwrap(), wire);
        let read: ApplicationDecision = serde_json::from_value(wire).unwrap();
        assert_eq!(read, decision);
    }

    #[test]
    fn what_a_decision_does_not_have_is_refused() {
        for wrong in [
            json!({"kind": "dispute", "until": "2026-12-31"}),
            json!({"kind": "lift_limits"}),
            json!({"kind": "pardon"}),
        ] {
            assert!(serde_json::from_value::<ApplicationDecision>(wrong).is_err());
        }
    }
}
