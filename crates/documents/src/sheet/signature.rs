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

pub(super) fn block(
    facts: &SignatureFacts,
    printer: &mut Printer<'_>,
) -> Result<Block, RenderError> {
    Ok(Block {
        title: Both::fixed(
            "Электрондық цифрлық қолтаңба",
            "Электронная цифровая подпись",
        ),
        rows: rows(facts, printer)?,
        verdict: verdict(facts, printer)?,
    })
}

fn rows(facts: &SignatureFacts, printer: &mut Printer<'_>) -> Result<Vec<Row>, RenderError> {
    let signed_at = dates::moment("signature.signed_at", facts.signed_at)?;
    let signed_at = format!("{signed_at} ({})", dates::ZONE);
    let text = |kk, ru, field, value| (Both::fixed(kk, ru), field, value, false);
    let code = |kk, ru, field, value| (Both::fixed(kk, ru), field, value, true);
    [
        text(
            "Қол қойған",
            "Подписал(а)",
            "signature.signer_name",
            &facts.signer_name,
        ),
        text(
            "ЖСН",
            "ИИН",
            "signature.signer_iin_masked",
            &facts.signer_iin_masked,
        ),
        text(
            "Қол қойылған уақыты",
            "Время подписания",
            "signature.signed_at",
            &signed_at,
        ),
        text(
            "Сертификатты берген",
            "Сертификат выдан",
            "signature.certificate_issuer",
            &facts.certificate_issuer,
        ),
        code(
            "Сертификат нөмірі",
            "Номер сертификата",
            "signature.certificate_serial",
            &facts.certificate_serial,
        ),
        text(
            "Алгоритм",
            "Алгоритм",
            "signature.algorithm",
            &facts.algorithm,
        ),
        code(
            "Құжат коды",
            "Код документа",
            "signature.document_id",
            &facts.document_id,
        ),
        code(
            "Деректердің SHA-256 мәні",
            "SHA-256 данных",
            "signature.content_sha256",
            &facts.content_sha256,
        ),
    ]
    .into_iter()
    .map(|(label, field, value, code)| {
        let print = if code { Printer::code } else { Printer::field };
        Ok(Row {
            label,
            value: print(printer, field, value)?,
            code,
        })
    })
    .collect()
}

fn verdict(facts: &SignatureFacts, printer: &mut Printer<'_>) -> Result<Verdict, RenderError> {
    let (kk, ru, indication, tone) = match facts.verdict {
        SignatureVerdict::Passed => ("қолтаңба расталды", "подпись подтверждена", "PASSED", "ok"),
        SignatureVerdict::Failed => (
            "қолтаңба расталмады",
            "подпись не подтверждена",
            "FAILED",
            "bad",
        ),
        SignatureVerdict::Indeterminate => (
            "қолтаңба толық тексерілмеді",
            "подпись проверена не полностью",
            "INDETERMINATE",
            "warn",
        ),
    };
    let indication = match &facts.sub_indication {
        Some(sub) => printer.field("signature.sub_indication", &format!("{indication} / {sub}"))?,
        None => Line::fixed(indication),
    };
    Ok(Verdict {
        label: Both::fixed("Тексеру нәтижесі", "Результат проверки"),
        words: Both::fixed(kk, ru),
        indication,
        tone,
    })
}
