//! The file itself: its form, its properties, and that nothing but the data decides about its
//! bytes.

use std::thread;

use super::reader::{dense_text, pages, places, render, renderer, tool};
use super::samples::{application, papers, referral};
use crate::{Bilingual, Document};

#[test]
fn every_paper_of_ordinary_size_is_one_page() {
    for (name, document) in papers() {
        let pdf = render(&document);
        assert!(pdf.starts_with(b"%PDF-1.7"), "{name}");
        assert_eq!(pages(&pdf), 1, "{name}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes_in_any_thread_and_order() {
    let once: Vec<_> = papers()
        .iter()
        .map(|(_, document)| render(document))
        .collect();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            thread::spawn(|| {
                papers()
                    .iter()
                    .rev()
                    .map(|(_, document)| render(document))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    for thread in threads {
        let mut again = thread.join().unwrap();
        again.reverse();
        assert!(once == again, "two renderings differ");
    }
    let other = crate::Renderer::new()
        .unwrap()
        .render(&Document::Referral(referral()))
        .unwrap();
    assert!(once[0] == other, "two renderers differ");
}

#[test]
fn another_fact_gives_other_bytes() {
    let mut other = referral();
    other.applicant_name.push('a');
    assert!(render(&Document::Referral(referral())) != render(&Document::Referral(other)));
}

#[test]
fn the_properties_name_the_act_and_nobody() {
    for (name, document) in papers() {
        let pdf = render(&document);
        let Some(info) = tool(&["pdfinfo", "FILE"], &pdf) else {
            return;
        };
        let title = info
            .lines()
            .find_map(|line| line.strip_prefix("Title:"))
            .map(str::trim)
            .unwrap();
        let number = match &document {
            Document::Application(document) => &document.number,
            Document::Referral(document) => &document.number,
            Document::Act(document) => &document.number,
        };
        assert!(title.ends_with(&format!("№ {number}")), "{name}: {title}");
        let metadata = tool(&["pdfinfo", "-meta", "FILE"], &pdf).unwrap();
        for personal in ["Серіков", "СЕРІКОВ", "Айлін", "210104", "850715"] {
            assert!(
                !info.contains(personal) && !metadata.contains(personal),
                "{name}: {personal} in the properties"
            );
        }
        for standard in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</",
            "<pdfuaid:part>1</",
            "<rdf:li>kk-KZ</",
        ] {
            assert!(
                metadata.contains(standard),
                "{name}: no {standard} in\n{metadata}"
            );
        }
    }
}

#[test]
fn the_date_of_the_file_is_the_moment_of_the_act() {
    let Some(info) = tool(
        &["pdfinfo", "-rawdates", "FILE"],
        &render(&Document::Referral(referral())),
    ) else {
        return;
    };
    assert!(info.contains("D:20261120140507+05'00"), "{info}");
}

#[test]
fn a_screen_reader_gets_headings_lists_languages_and_a_described_code() {
    let pdf = render(&Document::Referral(referral()));
    let Some(tree) = tool(&["pdfinfo", "-struct-text", "FILE"], &pdf) else {
        return;
    };
    for element in ["H1", "LI", "Lbl", "LBody", "Link", "Figure"] {
        assert!(
            tree.lines()
                .any(|line| line.trim_start().starts_with(element)),
            "no {element} in\n{tree}"
        );
    }
    let attributes = tool(&["pdfinfo", "-struct", "FILE"], &pdf).unwrap();
    assert!(attributes.contains("H1"), "{attributes}");
    let heading = tree.find("Кімге").unwrap();
    assert!(
        tree.find("АКТ-Н-2026-001873").unwrap() < heading,
        "the number is not read before the facts"
    );
    assert!(
        heading < tree.find("Кому").unwrap(),
        "Kazakh is not read before Russian"
    );
}

#[test]
fn long_names_wrap_inside_the_page_and_the_referral_stays_one_sheet() {
    let mut document = referral();
    document.child.name =
        "Әбдірахманова-Сейітжаппарқызы Гүлбаршын-Айгерім Құдайберген-Нұрсұлтанқызы".to_owned();
    document.applicant_name =
        "Мұхаммедқали-Өтеғұлов Абылайхан-Бекзат Құдайберген-Нұрсұлтанұлы".to_owned();
    document.kindergarten.name = Bilingual::new(
        "«Ақтөбе облысының Мұғалжар ауданындағы «Бөбектер әлемі — Балдырған» үштілді дамыту орталығы» жауапкершілігі шектеулі серіктестігінің жекеменшік балабақшасы",
        "Частный детский сад товарищества с ограниченной ответственностью «Центр трёхъязычного развития «Мир малышей — Балдырган» Мугалжарского района Актюбинской области»",
    );
    document.kindergarten.address = Bilingual::new(
        "Ақтөбе облысы, Мұғалжар ауданы, Қандыағаш қаласы, «Жастар» шағын ауданы, Бауыржан Момышұлы көшесі, 127/4-үй, 2-кіреберіс",
        "Актюбинская область, Мугалжарский район, город Кандыагаш, микрорайон «Жастар», улица Бауыржана Момышулы, дом 127/4, подъезд 2",
    );
    document.group_name = "«Балапандар-құлыншақтар» үштілді ересек топ (2021–2022)".to_owned();
    let pdf = render(&Document::Referral(document.clone()));
    assert_eq!(pages(&pdf), 1);
    assert_inside(&pdf);
    let Some(dense) = dense_text(&pdf) else {
        return;
    };
    for value in [
        &document.child.name,
        &document.kindergarten.name.kk,
        &document.kindergarten.address.ru,
    ] {
        assert!(
            dense.contains(&value.replace(' ', "")),
            "{value} is not whole on the paper"
        );
    }
}

#[test]
fn a_long_signed_text_goes_on_to_further_pages_with_the_number_on_each() {
    let mut document = application();
    document.signed_text = (1..=300)
        .map(|n| format!("{n}-жол: мәтін, строка {n}\n"))
        .collect();
    let number = document.number.clone();
    let pdf = render(&Document::Application(document));
    let count = pages(&pdf);
    assert!((4..=12).contains(&count), "{count} pages");
    assert_inside(&pdf);
    for page in 1..=count {
        let page = page.to_string();
        let Some(text) = tool(&["pdftotext", "-f", &page, "-l", &page, "FILE", "-"], &pdf) else {
            return;
        };
        assert!(
            text.contains(&number) && text.contains("DEMO: not valid"),
            "page {page}:\n{text}"
        );
        assert!(
            text.replace(' ', "").contains(&format!("{page}/{count}")),
            "page {page} has no number:\n{text}"
        );
    }
}

/// Every word lies between the margins.
pub(super) fn assert_inside(pdf: &[u8]) {
    const MARGIN: f64 = 17.0 / 25.4 * 72.0;
    const FOOT: f64 = 5.0 / 25.4 * 72.0;
    let Some(placed) = places(pdf) else { return };
    for Placed {
        page: (width, height),
        words,
    } in placed
    {
        for [left, top, right, bottom] in words {
            assert!(
                left >= MARGIN - 1.0
                    && right <= width - MARGIN + 1.0
                    && top >= FOOT
                    && bottom <= height - FOOT,
                "a word leaves the page: {left} {top} {right} {bottom}"
            );
        }
    }
}

use super::reader::Placed;

#[test]
fn the_renderer_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(renderer());
}
