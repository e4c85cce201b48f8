//! The table of codes for people: `docs/errors.md` and the page that the `type` of a problem leads
//! to. Both come from the one table of `balabaqsha-shared`.

use balabaqsha_shared::{
    Language,
    code::{Code, Params},
};
use std::fmt::Write;

const INTRODUCTION: &str = "Every refusal and every failure is a problem detail (RFC 9457) with \
    one of these codes. A code never changes its meaning; new ones may come. `{name}` stands for a \
    value, which the problem also carries as a member of that name.";

/// `docs/errors.md`.
#[must_use]
pub fn markdown() -> String {
    let mut page = format!("# Codes of errors\n\n{INTRODUCTION}\n\n");
    page.push_str("This file is generated: `balabaqsha errors > docs/errors.md`.\n\n");
    page.push_str("| code | status | қазақша | по-русски | in English |\n");
    page.push_str("|---|---|---|---|---|\n");
    for code in Code::ALL {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "| <a id=\"{code}\"></a>`{code}` | {} |",
            code.status()
        );
        for language in [Language::Kk, Language::Ru, Language::En] {
            let _ = write!(
                page,
                " **{}.** {} |",
                cell(code.title(language)),
                cell(&code.detail(language, &Params::new()))
            );
        }
        page.push('\n');
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The page at `/errors` in one language. Plain HTML: it must read well without any style.
#[must_use]
pub fn html(language: Language) -> String {
    let heading = language.pick("Қате кодтары", "Коды ошибок", "Codes of errors");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{heading} — Balabaqsha</title></head>\n<body>\n<main>\n<h1>{heading}</h1>\n",
        language.tag()
    );
    for code in Code::ALL {
        let _ = write!(
            page,
            "<section id=\"{code}\">\n<h2>{}</h2>\n<p><code>{code}</code>, HTTP {}</p>\n\
             <p>{}</p>\n</section>\n",
            escape(code.title(language)),
            code.status(),
            escape(&code.detail(language, &Params::new()))
        );
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKED_IN: &str = include_str!("../../../docs/errors.md");

    #[test]
    fn the_table_is_what_the_code_says() {
        let now = markdown();
        let differing = CHECKED_IN.lines().zip(now.lines()).find(|(a, b)| a != b);
        assert!(
            CHECKED_IN == now,
            "write it anew: `balabaqsha errors > docs/errors.md`; {differing:?}"
        );
    }

    #[test]
    fn every_code_has_its_row_with_all_languages() {
        let page = markdown();
        for code in Code::ALL {
            let row = page
                .lines()
                .find(|line| line.contains(&format!("<a id=\"{code}\">")))
                .unwrap_or_else(|| panic!("{code} has no row"));
            assert_eq!(row.matches(" | ").count(), 4, "{row}");
            for language in Language::ALL {
                assert!(row.contains(code.title(language)), "{row}");
            }
        }
    }

    #[test]
    fn the_page_has_a_place_for_every_code() {
        for language in Language::ALL {
            let page = html(language);
            assert!(page.contains(&format!("<html lang=\"{}\">", language.tag())));
            for code in Code::ALL {
                assert!(page.contains(&format!("id=\"{code}\"")), "{code}");
            }
        }
    }

    #[test]
    fn html_and_markdown_are_escaped() {
        assert_eq!(escape("<b>&\"</b>"), "&lt;b&gt;&amp;&quot;&lt;/b&gt;");
        assert_eq!(cell("a|b\nc"), "a\\|b c");
    }
}
