//! Figures as people write them, and what they can mean.

use super::*;
use crate::facts::interval::Interval;

fn at(text: &str) -> Value {
    let start = text.find(|c| digit(c).is_some()).or_else(|| text.find('二')).unwrap();
    read(text, start).unwrap().value
}

#[test]
fn english() {
    assert_eq!(at("in 2019"), Value::Year(2019));
    assert_eq!(at("2018/19 and 2019/20"), Value::Year(2018));
    assert!(matches!(at("2,019 in all"), Value::Count(_)));
    assert!(matches!(at("of 2019 parcels"), Value::Count(_)));
    let Value::Count(quantity) = at("$4.2 million") else { panic!() };
    assert_eq!(quantity.printed, Decimal::from(4_200_000));
    let Value::Count(quantity) = at("nearly 100") else { panic!() };
    assert_eq!(quantity.hedge, Some(Hedge::Nearly));
    let Value::Count(quantity) = at("Dover 100") else { panic!() };
    assert_eq!(quantity.hedge, None);
}

fn interval(text: &str) -> Interval {
    match at(text) {
        Value::Count(quantity) | Value::Percent(quantity) => quantity.interval,
        other => panic!("{text}: {other:?}"),
    }
}

fn exact(value: &str) -> Interval {
    Interval::Exact(Decimal::from_str_exact(value).unwrap())
}

#[test]
fn counts_as_people_write_them() {
    for (text, value) in [
        ("共1,234件", "1234"),
        ("共１２３４条", "1234"),
        ("共１，２３４条", "1234"),
        ("付款251000元", "251000"),
        ("付款3415.74元", "3415.74"),
        ("寄出321 146件", "321146"),
        ("第一季度12，345件", "12"),
        ("6.万", "6"),
    ] {
        assert_eq!(interval(text), exact(value), "{text}");
    }
    let closed = |low: i64, high: i64| Interval::closed(Decimal::from(low), Decimal::from(high));
    assert_eq!(interval("稿件58余篇"), closed(59, 59));
    assert_eq!(interval("约200人"), closed(150, 250));
    assert_eq!(interval("1.2万条"), closed(11_500, 12_999));
    assert_eq!(interval("10余万人次"), closed(100_001, 199_999));
    assert_eq!(interval("100条以上").ends().1, None);
    assert_eq!(interval("不足300件"), closed(0, 299));
    assert_eq!(interval("最近3件"), exact("3"));
}

#[test]
fn digits_that_count_nothing() {
    for text in ["第20条", "〔2021〕", "30号文", "0799—1234567", "邮编000123", "A4纸", "版本1.2.3"]
    {
        assert_eq!(at(text), Value::Other, "{text}");
    }
}

#[test]
fn dates_and_years() {
    let date = |year, month, day| Value::Date(Date { year, month, day });
    assert_eq!(at("自2020年1月1日起"), date(Some(2020), 1, 1));
    assert_eq!(at("自２０２０年 2 月 30 日起"), date(Some(2020), 2, 30));
    assert_eq!(at("到12月31日止"), date(None, 12, 31));
    assert_eq!(at("至202020年12月31日"), date(Some(202_020), 12, 31));
    assert_eq!(at("2021-01-31"), date(Some(2021), 1, 31));
    assert_eq!(at("二〇二一年一月三十日"), date(Some(2021), 1, 30));
    assert_eq!(at("2020年度"), Value::Year(2020));
    assert_eq!(at("二〇二〇年度"), Value::Year(2020));
    assert!(matches!(at("近3年来"), Value::Count(_)));
}

#[test]
fn percentages() {
    let Value::Percent(quantity) = at("占12.3％") else { panic!() };
    assert_eq!(quantity.printed, Decimal::new(123, 1));
}

#[test]
fn numerals_with_hedges() {
    let closed = |low: i64, high: i64| Interval::closed(Decimal::from(low), Decimal::from(high));
    for (text, expected) in [
        ("三十六", closed(36, 36)),
        ("近百", closed(90, 99)),
        ("几十", closed(20, 99)),
        ("数百", closed(200, 999)),
        ("三四十", closed(30, 49)),
        ("十余", closed(11, 19)),
        ("两", closed(2, 2)),
    ] {
        assert_eq!(read_numeral(text, "").unwrap().interval, expected, "{text}");
    }
}

#[test]
fn percentages_and_points_in_words() {
    let printed = |text: &str| match at(text) {
        Value::Percent(quantity) => ("percent", quantity.printed),
        Value::Points(quantity) => ("points", quantity.printed),
        other => panic!("{text}: {other:?}"),
    };
    for (text, expected) in [
        ("rose 12 percent", ("percent", Decimal::new(12, 0))),
        ("rose 12.5 per cent.", ("percent", Decimal::new(125, 1))),
        ("up 1.2 percentage points", ("points", Decimal::new(12, 1))),
        ("up 120 basis points", ("points", Decimal::new(12, 1))),
        ("提高3个百分点", ("points", Decimal::new(3, 0))),
    ] {
        assert_eq!(printed(text), expected, "{text}");
    }
    assert!(matches!(at("the 12 percentile"), Value::Count(_)));
}
