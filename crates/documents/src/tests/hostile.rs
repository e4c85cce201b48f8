//! Text of people who try to break the paper: it is printed, or shown to be missing, and does
//! nothing else.

use super::file::assert_inside;
use super::reader::{dense_text, pages, render, renderer, text};
use super::samples::{act, application, referral};
use crate::{Bilingual, Document, Fact, ReferralDocument, RenderError};

const MARKUP: &str = r##"#let x = 1; #sys.version ]#pagebreak()[ $ x^2 $ *b* _i_ `r` <l> @r \ \n \u{41} // c /* c */ = H "q" #{"}"} ~ -- ---"##;

/// A referral that says the same in every field that a person can fill in.
fn filled_with(text: &str) -> ReferralDocument {
    let both = Bilingual::same(text);
    let mut document = referral();
    document.number = text.to_owned();
    document.child.name = text.to_owned();
    document.child.iin_masked = text.to_owned();
    document.applicant_name = text.to_owned();
    document.application_number = text.to_owned();
    document.locality = both.clone();
    document.kindergarten.name = both.clone();
    document.kindergarten.address = both.clone();
    document.kindergarten.phone = Some(text.to_owned());
    document.kindergarten.bin = text.to_owned();
    document.group_name = text.to_owned();
    document.instruction_language = both;
    let signature = &mut document.signature;
    signature.signer_name = text.to_owned();
    signature.signer_iin_masked = text.to_owned();
    signature.certificate_serial = text.to_owned();
    signature.certificate_issuer = text.to_owned();
    signature.algorithm = text.to_owned();
    signature.sub_indication = Some(text.to_owned());
    signature.document_id = text.to_owned();
    signature.content_sha256 = text.to_owned();
    document
}

#[test]
fn markup_is_printed_as_it_was_typed() {
    let pdf = render(&Document::Referral(filled_with(MARKUP)));
    assert_inside(&pdf);
    let Some(dense) = dense_text(&pdf) else {
        return;
    };
    let typed = MARKUP.replace(' ', "");
    // Fields of the columns stand twice; labels and values alternate, so each field is found whole.
    assert!(
        dense.matches(&typed).count() >= 24,
        "{} times in\n{dense}",
        dense.matches(&typed).count()
    );
}

#[test]
fn markup_of_a_signed_text_is_printed_as_it_was_typed() {
    let mut document = application();
    document.signed_text =
        format!("{MARKUP}\n#import \"look.typ\": *\n#read(\"sheet.json\")\n    indented");
    let pdf = render(&Document::Application(document));
    assert_eq!(pages(&pdf), 1);
    let Some(paper) = text(&pdf) else { return };
    for line in [MARKUP, "#import \"look.typ\": *", "#read(\"sheet.json\")"] {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(paper.contains(&line), "{line}\nis not in\n{paper}");
    }
}

#[test]
fn endless_words_stay_inside_their_columns() {
    let mut document = act();
    document.facts = [
        "W", "Щ", "i", "1", "\u{301}a", "👶", ")", "(", "«", "»!", "—", "%", "#f()]",
    ]
    .map(|letters| Bilingual::same(letters.repeat(240 / letters.chars().count())))
    .map(|word| Fact {
        label: word.clone(),
        value: word,
    })
    .to_vec();
    document.signed_text = document
        .facts
        .iter()
        .map(|fact| fact.value.kk.as_str())
        .collect();
    assert_inside(&render(&Document::Act(document)));
}

#[test]
fn endless_words_in_every_field_stay_inside_the_page() {
    for letter in ["W", ")"] {
        assert_inside(&render(&Document::Referral(filled_with(
            &letter.repeat(240),
        ))));
    }
}

#[test]
fn ten_kilobytes_in_one_field_are_printed_to_the_last_letter() {
    let mut document = act();
    let value = format!("{}ІЗ", "Ұзақ-ұзақ мәтін ".repeat(360));
    assert!(value.len() > 10_000);
    document.facts.push(Fact {
        label: Bilingual::same("Л".repeat(200)),
        value: Bilingual::same(value.clone()),
    });
    let pdf = render(&Document::Act(document));
    assert_inside(&pdf);
    let Some(dense) = dense_text(&pdf) else {
        return;
    };
    assert_eq!(dense.matches("ІЗ").count(), 2);
}

#[test]
fn what_has_no_glyph_is_shown_and_explained() {
    let mut document = referral();
    document.child.name =
        "Айлін \u{202e}ниля\u{202c} 👶🏽 שלום السلام 漢字 \u{0}\u{1b}[31m".to_owned();
    let pdf = render(&Document::Referral(document));
    assert_eq!(pages(&pdf), 1);
    assert_inside(&pdf);
    let Some(paper) = text(&pdf) else { return };
    assert!(
        paper.contains("Айлін □ниля□ □□ □□□□ □□□□□□ □□ □□[31m"),
        "{paper}"
    );
    assert!(
        paper.contains("□ — қаріпте жоқ таңба")
            && paper.contains("□ — знак, которого нет в шрифте"),
        "{paper}"
    );
    let Some(clean) = text(&render(&Document::Referral(referral()))) else {
        return;
    };
    assert!(!clean.contains('□'));
}

#[test]
fn empty_fields_leave_a_paper_all_the_same() {
    let pdf = render(&Document::Referral(filled_with("")));
    assert_eq!(pages(&pdf), 1);
    let mut document = act();
    document.facts.clear();
    document.signed_text.clear();
    document.title = Bilingual::same("");
    assert_eq!(pages(&render(&Document::Act(document))), 1);
}

#[test]
fn more_than_belongs_on_a_paper_is_refused_by_name() {
    let refused = |document| renderer().render(&document).unwrap_err();
    let mut long = referral();
    long.kindergarten.name.ru = "а".repeat(20_000);
    assert!(matches!(
        refused(Document::Referral(long)),
        RenderError::TooLong {
            field: "kindergarten.name",
            ..
        }
    ));
    let mut long = application();
    long.signed_text = "а\n".repeat(40_000);
    assert!(matches!(
        refused(Document::Application(long)),
        RenderError::TooLong {
            field: "signed_text",
            ..
        }
    ));
    let mut many = act();
    many.facts = vec![
        Fact {
            label: Bilingual::same("a"),
            value: Bilingual::same("b")
        };
        65
    ];
    assert!(matches!(
        refused(Document::Act(many)),
        RenderError::TooManyFacts { limit: 64 }
    ));
    let mut far = referral();
    far.deadline.date = chrono::NaiveDate::MAX;
    assert!(matches!(
        refused(Document::Referral(far)),
        RenderError::DateOutOfRange {
            field: "deadline.date"
        }
    ));
    let mut endless = referral();
    endless.rules.revocation_hours = u32::MAX;
    assert!(matches!(
        refused(Document::Referral(endless)),
        RenderError::DateOutOfRange { .. }
    ));
}
