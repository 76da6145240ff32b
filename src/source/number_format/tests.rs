mod numbers;
mod times;

use super::*;

fn show(code: &str, raw: &str) -> String {
    NumberFormat::new(code).show(raw, false)
}

/// What Excel shows, but for what would be read wrongly: a number with an exponent, a fraction and 3.4M are shown in
/// full, a triangle as a minus, `5.` as 5; and a sign that only a colour tells is written.
#[test]
fn as_documented() {
    let wrong = numbers::CASES.iter().chain(times::CASES).filter_map(|&(code, raw, expected)| {
        let shown = show(code, raw);
        (shown != expected).then(|| format!("{code} of {raw}: {shown:?}, not {expected:?}"))
    });
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
    assert!(numbers::CASES.len() + times::CASES.len() >= 200);
}

#[test]
fn formats_that_have_a_number() {
    for (id, raw, expected) in [
        (0, "-1234.567", "-1234.567"),
        (1, "-1234.567", "-1235"),
        (2, "-1234.567", "-1234.57"),
        (3, "-1234.567", "-1,235"),
        (4, "-1234.567", "-1,234.57"),
        (9, "0.125", "13%"),
        (10, "0.12345", "12.35%"),
        (11, "-1234.567", "-1234.567"),
        (12, "1.5", "1.5"),
        (14, "40293.7", "2010/4/25"),
        (15, "40293.7", "25-Apr-10"),
        (16, "40293.7", "25-Apr"),
        (17, "40293.7", "Apr-10"),
        (18, "0.375", "9:00 AM"),
        (19, "0.75", "6:00:00 PM"),
        (20, "0.75", "18:00"),
        (21, "0.75", "18:00:00"),
        (22, "40293.5", "2010/4/25 12:00"),
        (27, "40293.7", "2010年4月"),
        (30, "40293.7", "4-25-10"),
        (31, "40293.7", "2010年4月25日"),
        (34, "0.75", "下午6时00分"),
        (37, "-1234.567", "(1,235)"),
        (38, "-1234.567", "(1,235)"),
        (39, "-1234.567", "(1,234.57)"),
        (41, "0", " - "),
        (42, "-1234.567", " (1,235)"),
        (44, "1234.567", " 1,234.57 "),
        (45, "0.0123", "17:43"),
        (46, "1.5", "36:00:00"),
        (47, "0.0123456", "17:46.7"),
        (49, "7", "7"),
    ] {
        assert_eq!(show(built_in(id), raw), expected, "{id}");
    }
}

#[test]
fn texts_have_a_section_of_their_own() {
    let show = |code: &str| NumberFormat::new(code).show_text("甲".to_owned());
    assert_eq!(show("General"), "甲");
    assert_eq!(show("#,##0;-#,##0;0"), "甲");
    assert_eq!(show("0;-0;0;@"), "甲");
    assert_eq!(show("0;-0;0;\"第\"@\"号\""), "第甲号");
    assert_eq!(show("@\"处\""), "甲处");
    assert_eq!(show(";;;"), "");
}

#[test]
fn days_counted_from_1904() {
    assert_eq!(NumberFormat::new("yyyy-mm-dd").show("43100", true), "2022-01-01");
}

proptest::proptest! {
    /// No code and no number is too strange.
    #[test]
    fn any_code(
        code in "[0#?.,%/;@_*!<>=EGegymdhsAP\\[\\]\\\\\"$()万 -]{0,24}",
        raw in "-?[0-9]{1,20}(\\.[0-9]{1,20})?(E[+-][0-9]{1,3})?",
    ) {
        let format = NumberFormat::new(&code);
        format.show(&raw, false);
        format.show_text(raw);
    }
}
