//! The feed of free places (Atom, RFC 4287).

use crate::service::reading::feed::FeedEntry;
use balabaqsha_shared::{
    Language,
    kindergarten::{BirthYears, InstructionLanguage},
};
use chrono::{DateTime, SecondsFormat, Utc};

/// Where the feed stands and what the reader understands.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Origin of the service.
    pub origin: &'a str,
    /// Path and query under which the feed was asked for.
    pub address: &'a str,
    pub language: Language,
}

/// The whole document.
#[must_use]
pub fn document(head: Head<'_>, entries: &[FeedEntry]) -> String {
    let language = head.language;
    let title = language.pick(
        "Балабақша: бос орындар",
        "Балабақша: свободные места",
        "Balabaqsha: free places",
    );
    let updated = entries
        .first()
        .map_or(DateTime::UNIX_EPOCH, |entry| entry.public_from);
    let own = format!("{}{}", head.origin, head.address);
    let pages = format!("{}/places", head.origin);
    let mut feed = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    feed.push_str(&format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
        language.tag()
    ));
    for line in [
        element("id", &own),
        element("title", title),
        element("updated", &moment(updated)),
        format!("<author>{}</author>", element("name", "Balabaqsha")),
        link("self", "application/atom+xml", &own),
        link("alternate", "text/html", &pages),
    ] {
        feed.push_str(&format!("  {line}\n"));
    }
    for entry in entries {
        feed.push_str(&entry_of(entry, language, &pages));
    }
    feed.push_str("</feed>\n");
    feed
}

fn entry_of(entry: &FeedEntry, language: Language, pages: &str) -> String {
    let vacancy = &entry.vacancy;
    let free = language.pick("бос орын", "свободное место", "a free place");
    let title = format!(
        "{}, {}: {free}",
        entry.locality.get(language),
        vacancy.kindergarten_name.get(language)
    );
    let summary = format!(
        "{}; {}; {}; {}",
        vacancy.group_name,
        instruction(language, vacancy.instruction_language),
        birth_years(language, vacancy.birth_years),
        vacancy.address.get(language)
    );
    let mut text = String::from("  <entry>\n");
    for line in [
        element("id", &format!("urn:uuid:{}", entry.id)),
        element("title", &title),
        element("updated", &moment(entry.public_from)),
        link("alternate", "text/html", pages),
        format!("<summary type=\"text\">{}</summary>", escaped(&summary)),
    ] {
        text.push_str(&format!("    {line}\n"));
    }
    text.push_str("  </entry>\n");
    text
}

fn instruction(language: Language, instruction: InstructionLanguage) -> &'static str {
    match instruction {
        InstructionLanguage::Kazakh => language.pick("қазақ тілі", "казахский язык", "Kazakh"),
        InstructionLanguage::Russian => language.pick("орыс тілі", "русский язык", "Russian"),
        InstructionLanguage::English => language.pick("ағылшын тілі", "английский язык", "English"),
    }
}

fn birth_years(language: Language, years: BirthYears) -> String {
    let span = if years.from == years.to {
        years.from.to_string()
    } else {
        format!("{}–{}", years.from, years.to)
    };
    match language {
        Language::Kk => format!("{span} жылы туғандар"),
        Language::Ru => format!("{span} год рождения"),
        Language::En => format!("born in {span}"),
    }
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

fn link(relation: &str, kind: &str, address: &str) -> String {
    format!(
        "<link rel=\"{relation}\" type=\"{kind}\" href=\"{}\"/>",
        escaped(address)
    )
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text for content and attributes; characters that XML 1.0 cannot carry are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feed_text_is_escaped() {
        assert_eq!(
            escaped("«А» & <b> \"c\"\u{0}\u{1f}\n"),
            "«А» &amp; &lt;b&gt; &quot;c&quot; "
        );
    }

    #[test]
    fn an_empty_feed_has_all_that_a_feed_needs() {
        let head = Head {
            origin: "https://example.kz",
            address: "/v1/vacancies/feed.atom?a=1&b=2",
            language: Language::Kk,
        };
        let feed = document(head, &[]);
        for part in [
            "<id>https://example.kz/v1/vacancies/feed.atom?a=1&amp;b=2</id>",
            "<updated>1970-01-01T00:00:00Z</updated>",
            "<author><name>",
            "rel=\"self\"",
            "xml:lang=\"kk\"",
        ] {
            assert!(feed.contains(part), "{part} in {feed}");
        }
        assert!(!feed.contains("<entry>"));
    }
}
