//! The block under every paper: who signed, with what, and what the verification said.

use serde::Serialize;

use super::Both;
use crate::printable::{Line, Printer};
use crate::{RenderError, SignatureFacts, SignatureVerdict, dates};

#[derive(Debug, Serialize)]
pub(super) struct Block {
    title: Both<Line>,
    rows: Vec<Row>,
    verdict: Verdict,
}

/// Values of a signature are written alike in every language; only the labels are two.
#[derive(Debug, Serialize)]
struct Row {
    label: Both<Line>,
    value: Line,
    /// Letters and digits to be compared one by one.
    code: bool,
}

#[derive(Debug, Serialize)]
struct Verdict {
    label: Both<Line>,
    words: Both<Line>,
    indication: Line,
    tone: &'static str,
}

pub(super) fn block(facts: &SignatureFacts, printer: &mut Printer<'_>) -> Result<Block, RenderError> {
    let signed_at = format!("{} ({})", dates::moment("signature.signed_at", facts.signed_at)?, dates::ZONE);
    let mut rows = Vec::new();
    let mut row = |kk: &str, ru: &str, field, value: &str, code| {
        rows.push(Row { label: Both::fixed(kk, ru), value: printer.field(field, value)?, code });
        Ok::<_, RenderError>(())
    };
    row("Қол қойған", "Подписал(а)", "signature.signer_name", &facts.signer_name, false)?;
    row("ЖСН", "ИИН", "signature.signer_iin_masked", &facts.signer_iin_masked, false)?;
    row("Қол қойылған уақыты", "Время подписания", "signature.signed_at", &signed_at, false)?;
    row("Сертификатты берген", "Сертификат выдан", "signature.certificate_issuer", &facts.certificate_issuer, false)?;
    row(
        "Сертификат нөмірі",
        "Номер сертификата",
        "signature.certificate_serial",
        &facts.certificate_serial,
        true,
    )?;
    row("Алгоритм", "Алгоритм", "signature.algorithm", &facts.algorithm, false)?;
    row("Құжат коды", "Код документа", "signature.document_id", &facts.document_id, true)?;
    row("Деректердің SHA-256 мәні", "SHA-256 данных", "signature.content_sha256", &facts.content_sha256, true)?;
    let (words, indication, tone) = match facts.verdict {
        SignatureVerdict::Passed => (Both::fixed("қолтаңба расталды", "подпись подтверждена"), "PASSED", "ok"),
        SignatureVerdict::Failed => (Both::fixed("қолтаңба расталмады", "подпись не подтверждена"), "FAILED", "bad"),
        SignatureVerdict::Indeterminate => {
            (Both::fixed("қолтаңба толық тексерілмеді", "подпись проверена не полностью"), "INDETERMINATE", "warn")
        }
    };
    let indication = match &facts.sub_indication {
        Some(sub) => printer.field("signature.sub_indication", &format!("{indication} / {sub}"))?,
        None => Line::fixed(indication),
    };
    Ok(Block {
        title: Both::fixed("Электрондық цифрлық қолтаңба", "Электронная цифровая подпись"),
        rows,
        verdict: Verdict { label: Both::fixed("Тексеру нәтижесі", "Результат проверки"), words, indication, tone },
    })
}
