//! The office's own templates: copied, chosen, tried.

use std::path::Path;

use fidem_office::{Office, PaperRequest, SystemDesk, TemplateFault, templates_copy};
use serde_json::json;

use crate::out::Out;
use crate::paper_arguments::Templates;
use crate::papers::{drafted, save};
use crate::session::Result;

/// Copies, chooses or tries the templates.
pub fn run(office: &mut Office, what: &Templates, out: &Out) -> Result<u8> {
    if let Some(folder) = &what.copy {
        templates_copy(folder)?;
    }
    if what.use_folder.is_some() || what.built_in {
        office.templates_use(&SystemDesk, what.use_folder.as_deref())?;
    }
    if let (Some(kind), Some(output)) = (&what.trial, &what.output) {
        return try_templates(office, kind, output, out);
    }
    let used = office.templates()?.map(|path| path.display().to_string());
    let shown = used.as_deref().unwrap_or("—");
    out.result(
        &json!({ "templates": used }),
        &format!("机构自有模板：{shown}"),
        &format!("The office’s own templates: {shown}"),
    );
    Ok(0)
}

fn try_templates(office: &Office, kind: &str, output: &Path, out: &Out) -> Result<u8> {
    let request = PaperRequest::named(kind)?;
    let trial = office.template_trial(request.kind, request.chinese_only)?;
    match trial.outcome {
        Ok(pdf) => {
            save(output, &pdf)?;
            drafted("specimen", output, out);
            Ok(0)
        }
        Err(faults) => {
            let rows: Vec<_> = faults
                .iter()
                .map(|f| json!({"code": f.code, "words": f.words, "file": f.file, "line": f.line, "column": f.column}))
                .collect();
            let [zh, en] = [fault_zh, fault_en].map(|say: fn(&TemplateFault) -> String| {
                faults.iter().map(say).collect::<Vec<_>>().join("\n")
            });
            out.result(&json!({ "faults": rows }), &zh, &en);
            Ok(1)
        }
    }
}

fn fault_zh(fault: &TemplateFault) -> String {
    let words = &fault.words;
    match fault.code {
        "template" => format!(
            "{} 第 {} 行第 {} 列：{words}",
            fault.file, fault.line, fault.column
        ),
        "omitted" => format!("第 {} 页缺少不得删去的内容：{words}", fault.line),
        "title" => format!("标题不得称公证书：{words}"),
        "glyph" => format!("没有字体可以印出：{words}"),
        "time" => format!("排版超过 {words} 秒，已经停止"),
        "ended" => format!("排版进程中止（可能是内存超出限制）：{words}"),
        _ => words.clone(),
    }
}

fn fault_en(fault: &TemplateFault) -> String {
    let words = &fault.words;
    match fault.code {
        "template" => format!("{}:{}:{}: {words}", fault.file, fault.line, fault.column),
        "omitted" => format!(
            "Page {} lacks what may not be left out: {words}",
            fault.line
        ),
        "title" => format!("The title may not call it a notarial certificate: {words}"),
        "glyph" => format!("No font has a glyph for {words}"),
        "time" => format!("Setting took more than {words} s and was stopped"),
        "ended" => format!("The typesetting process ended, perhaps for want of memory: {words}"),
        _ => words.clone(),
    }
}
