//! The journal of a case as the steps of an account: what was done, when, by whom, in plain Chinese.

use rfc3161_client::UnixTime;
use serde_json::Value;
use time::{OffsetDateTime, UtcOffset};

/// Acts of one kind by one person, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    action: String,
    person: String,
    from: String,
    items: Vec<u64>,
    detail: String,
}

/// Groups like acts that follow each other; looks and settings are no steps.
pub(super) fn steps_of(acts: impl Iterator<Item = (u64, String, Value)>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (_, action, value) in acts {
        if phrase(&action).is_none() {
            continue;
        }
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        let person = text("/actor/name").unwrap_or_default().to_owned();
        let item = value.get("item").and_then(Value::as_u64);
        if let Some(last) = steps.last_mut()
            && (&last.action, &last.person) == (&action, &person)
            && item.is_some()
        {
            last.items.extend(item);
            continue;
        }
        steps.push(Step {
            from: text("/at").unwrap_or_default().to_owned(),
            items: item.into_iter().collect(),
            detail: detail(&value),
            action,
            person,
        });
    }
    steps
}

impl Step {
    /// `2026年11月22日11时24分，张三将第1至3项……`
    pub(super) fn sentence(&self) -> String {
        let did = phrase(&self.action).unwrap_or_default();
        let items = match self.items.as_slice() {
            [] => String::new(),
            [one] => format!("（第{one}项）"),
            [first, .., last] => format!("（第{first}项至第{last}项，共{}项）", self.items.len()),
        };
        let detail = match self.detail.is_empty() {
            true => String::new(),
            false => format!("，{}", self.detail),
        };
        format!(
            "{}，{}{did}{items}{detail}。",
            moment(&self.from),
            self.person
        )
    }
}

/// Names of what was done; every digest and address stands in the document itself.
fn phrase(action: &str) -> Option<&'static str> {
    Some(match action {
        "case.opened" => "受理申请并立卷",
        "batch.received" => "登记交接情况",
        "item.added" => "将所收数据收入卷宗，计算 SHA-256 与 SM3 校验值",
        "item.withdrawn" => "撤回证据项",
        "item.class-lowered" => "调低来源类别",
        "capture.begun" => "开始网页取证",
        "capture.ended" => "结束网页取证",
        "record.completed" => "完成办理记录",
        "seal.begun" => "对证据项制作清单并固化",
        "token.added" => "取得时间戳",
        "seal.completed" => "完成固化",
        "review.approved" => "复核固化结果",
        "certificate.approved" => "审批文书",
        "certificate.issued" => "出具文书",
        "certificate.signed" => "对文书作电子签名",
        "certificate.signed-beside" => "对文书作独立签名",
        "case.exported" => "导出证据包",
        _ => return None,
    })
}

fn detail(value: &Value) -> String {
    let details = value.get("details").unwrap_or(&Value::Null);
    let text = |name: &str| details.get(name).and_then(Value::as_str);
    if let Some(url) = text("url") {
        return format!("网址为 {url}");
    }
    if let Some(authority) = text("authority") {
        return format!("时间戳服务机构为{authority}");
    }
    if let Some(document) = text("document") {
        return format!("编号为 {document}");
    }
    String::new()
}

/// Beijing time to the minute.
fn moment(stamp: &str) -> String {
    let known = UnixTime::from_rfc3339(stamp)
        .and_then(|t| OffsetDateTime::from_unix_timestamp(t.0).ok())
        .zip(UtcOffset::from_hms(8, 0, 0).ok());
    match known {
        Some((at, beijing)) => {
            let t = at.to_offset(beijing);
            let (year, month, day) = (t.year(), u8::from(t.month()), t.day());
            format!(
                "{year}年{month}月{day}日{}时{:02}分（北京时间）",
                t.hour(),
                t.minute()
            )
        }
        None => "时间未知".to_owned(),
    }
}

/// 一, 十, 二十一; beyond ninety-nine in figures.
pub(super) fn numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match n {
        1..=9 => DIGITS[n].to_owned(),
        10..=19 => format!("十{}", DIGITS[n - 10]),
        20..=99 => format!("{}十{}", DIGITS[n / 10], DIGITS[n % 10]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numerals_are_those_of_a_record() {
        assert_eq!(
            [1, 9, 10, 11, 20, 21, 99, 100].map(numeral),
            ["一", "九", "十", "十一", "二十", "二十一", "九十九", "100"]
        );
    }

    #[test]
    fn like_acts_are_one_step_and_looks_are_none() {
        let act = |n: u64, action: &str, item: Option<u64>| {
            let value =
                json!({"at": "2026-11-22T03:24:05Z", "actor": {"name": "张三"}, "item": item});
            (n, action.to_owned(), value)
        };
        let acts = vec![
            act(1, "case.opened", None),
            act(2, "item.viewed", Some(1)),
            act(3, "item.added", Some(1)),
            act(4, "item.added", Some(2)),
            act(5, "seal.begun", None),
        ];
        let steps = steps_of(acts.into_iter());
        assert_eq!(steps.len(), 3);
        let second = steps[1].sentence();
        assert!(
            second.starts_with("2026年11月22日11时24分（北京时间），张三将所收数据"),
            "{second}"
        );
        assert!(second.contains("第1项至第2项，共2项"), "{second}");
    }
}
