//! The grammar of expressions: a Pratt parser whose every node keeps its place.
//!
//! ```text
//! expression = expression (or | and | = != < <= > >= in matches | + - | * /) expression
//!            | not expression | - expression | ( expression )
//!            | number | 'text' | name(.name)* | name[selector, selector] | name(expression, …)
//! selector   = * | name(.name)*(.*)? | name .. name
//! ```

use std::ops::Range;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::hint::hint;
use super::token::{Placed, Token, tokens};

/// A name with its place in the expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Bytes of the expression.
    pub at: Range<usize>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Bytes of the expression's text.
    pub at: Range<usize>,
}

/// The kinds of expression.
#[expect(missing_docs, reason = "each is named after what it is")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Number(Decimal),
    Text(String),
    /// `a.b.c`
    Path(Vec<Name>),
    /// `form[row, column]`
    Cell {
        form: Name,
        row: Selector,
        column: Selector,
    },
    /// `function(argument, …)`
    Call {
        function: Name,
        arguments: Vec<Expression>,
    },
    /// `previous.form[row, column]`, `children.sum(form[row, column])`: something of other reports.
    Elsewhere {
        whose: Name,
        inner: Box<Expression>,
    },
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary {
        operator: Operator,
        left: Box<Expression>,
        right: Box<Expression>,
    },
}

impl Expression {
    /// Adds the forms that it names cells of.
    pub fn forms<'e>(&'e self, named: &mut Vec<&'e str>) {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Path(_) => {}
            Kind::Cell { form, .. } => named.push(&form.text),
            Kind::Call { arguments, .. } => arguments.iter().for_each(|argument| argument.forms(named)),
            Kind::Elsewhere { inner, .. } | Kind::Not(inner) | Kind::Negative(inner) => inner.forms(named),
            Kind::Binary { left, right, .. } => {
                left.forms(named);
                right.forms(named);
            }
        }
    }
}

/// Which rows or columns of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// What it picks.
    pub pick: Pick,
    /// Bytes of the expression's text.
    pub at: Range<usize>,
}

/// The ways to pick rows or columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// `*`: all of them.
    All,
    /// `total`, or a variable `c`, or `s.row`.
    Path(Vec<Name>),
    /// `denied.*`: the leaves of a group.
    Group(Name),
    /// `person..other`: from one leaf to another.
    Range(Name, Name),
}

/// A binary operator.
#[expect(missing_docs, reason = "each is named after what it is")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Matches,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Operator {
    fn of(token: Token) -> Option<Self> {
        Some(match token {
            Token::Or => Operator::Or,
            Token::And => Operator::And,
            Token::Equal => Operator::Equal,
            Token::NotEqual => Operator::NotEqual,
            Token::Less => Operator::Less,
            Token::AtMost => Operator::AtMost,
            Token::Greater => Operator::Greater,
            Token::AtLeast => Operator::AtLeast,
            Token::In => Operator::In,
            Token::Matches => Operator::Matches,
            Token::Plus => Operator::Add,
            Token::Minus => Operator::Subtract,
            Token::Star => Operator::Multiply,
            Token::Slash => Operator::Divide,
            _ => return None,
        })
    }

    fn binding(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Subtract => 5,
            Operator::Multiply | Operator::Divide => 6,
            _ => COMPARISON,
        }
    }

    /// Whether it compares two values.
    pub fn is_comparison(self) -> bool {
        self.binding() == COMPARISON
    }
}

const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const NEGATIVE: u8 = 7;
/// Deeper nesting than any rule needs; keeps a hostile pack from exhausting the stack.
const DEEPEST: usize = 64;

/// What is wrong with the text of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub at: Range<usize>,
    /// What was found and what was expected.
    pub message: String,
    /// An earlier place that explains it, such as a bracket left open.
    pub also: Option<(Range<usize>, &'static str)>,
}

/// Parses an expression.
///
/// # Errors
/// The first place where the text is not an expression.
pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
    let mut parser = Parser::new(text);
    let expression = parser.expression(0)?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected("an operator or the end")),
    }
}

/// Parses what a quantifier ranges over: names joined by points, or a cell selection.
///
/// # Errors
/// The first place where the text is not such a path.
pub fn parse_path(text: &str) -> Result<Vec<Name>, SyntaxError> {
    let mut parser = Parser::new(text);
    let first = parser.name("a name")?;
    let path = parser.path(first)?;
    match parser.peek() {
        None => Ok(path),
        Some(_) => Err(parser.unexpected("`.` or the end")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, tokens: tokens(text), next: 0, depth: 0 }
    }

    fn peek(&self) -> Option<Option<Token>> {
        self.tokens.get(self.next).map(|placed| placed.token)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |placed| placed.at.clone())
    }

    fn slice(&self, at: &Range<usize>) -> &'t str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let at = self.here();
        let found = match self.slice(&at) {
            "" => "the expression ends here".to_owned(),
            found => format!("found `{found}`"),
        };
        let message = match hint(self.text, at.start) {
            Some(hint) => format!("{found}: {hint}"),
            None => format!("{found}, expected {expected}"),
        };
        SyntaxError { at, message, also: None }
    }

    fn take(&mut self, token: Token) -> Option<Range<usize>> {
        let placed = self.tokens.get(self.next).filter(|placed| placed.token == Some(token))?;
        self.next += 1;
        Some(placed.at.clone())
    }

    fn expect(&mut self, token: Token, expected: &str) -> Result<Range<usize>, SyntaxError> {
        self.take(token).ok_or_else(|| self.unexpected(expected))
    }

    fn close(
        &mut self,
        token: Token,
        expected: &str,
        open: &Range<usize>,
    ) -> Result<Range<usize>, SyntaxError> {
        self.expect(token, expected)
            .map_err(|error| SyntaxError { also: Some((open.clone(), "opened here")), ..error })
    }

    fn name(&mut self, expected: &str) -> Result<Name, SyntaxError> {
        let at = self.expect(Token::Name, expected)?;
        Ok(Name { text: self.slice(&at).to_owned(), at })
    }

    fn path(&mut self, first: Name) -> Result<Vec<Name>, SyntaxError> {
        let mut path = vec![first];
        while self.take(Token::Dot).is_some() {
            path.push(self.name("a name")?);
        }
        Ok(path)
    }

    fn expression(&mut self, least: u8) -> Result<Expression, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let at = self.here();
            return Err(SyntaxError { at, message: format!("nested more than {DEEPEST} deep"), also: None });
        }
        let mut left = self.operand()?;
        let mut compared: Option<Range<usize>> = None;
        while let Some(operator) = self.peek().flatten().and_then(Operator::of) {
            let binding = operator.binding();
            if binding < least {
                break;
            }
            if operator.is_comparison()
                && let Some(first) = &compared
            {
                let at = self.here();
                let message = "comparisons do not chain: write `a = b and b = c`".to_owned();
                return Err(SyntaxError { at, message, also: Some((first.clone(), "first comparison")) });
            }
            let at = self.here();
            self.next += 1;
            let right = self.expression(binding + 1)?;
            if operator.is_comparison() {
                compared = Some(at);
            }
            let at = left.at.start..right.at.end;
            left = Expression {
                kind: Kind::Binary { operator, left: Box::new(left), right: Box::new(right) },
                at,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.here();
        match self.peek().flatten() {
            Some(Token::Not) => {
                self.next += 1;
                let inner = self.expression(NOT)?;
                Ok(Expression { at: start.start..inner.at.end, kind: Kind::Not(Box::new(inner)) })
            }
            Some(Token::Minus) => {
                self.next += 1;
                let inner = self.expression(NEGATIVE)?;
                Ok(Expression { at: start.start..inner.at.end, kind: Kind::Negative(Box::new(inner)) })
            }
            Some(Token::Open) => {
                self.next += 1;
                let inner = self.expression(0)?;
                let end = self.close(Token::Close, "`)`", &start)?;
                Ok(Expression { kind: inner.kind, at: start.start..end.end })
            }
            Some(Token::Number) => {
                self.next += 1;
                let number = Decimal::from_str_exact(self.slice(&start)).map_err(|_| SyntaxError {
                    at: start.clone(),
                    message: "this number has too many digits".to_owned(),
                    also: None,
                })?;
                Ok(Expression { kind: Kind::Number(number), at: start })
            }
            Some(Token::Text) => {
                self.next += 1;
                let text = self.slice(&start).trim_matches('\'').to_owned();
                Ok(Expression { kind: Kind::Text(text), at: start })
            }
            Some(Token::Name) => self.named(),
            _ => Err(self.unexpected("a figure, a number, a name, `not`, `-` or `(`")),
        }
    }

    fn named(&mut self) -> Result<Expression, SyntaxError> {
        let first = self.name("a name")?;
        let start = first.at.start;
        if let Some(open) = self.take(Token::Open) {
            let mut arguments = Vec::new();
            if let Some(end) = self.take(Token::Close) {
                return Ok(Expression {
                    kind: Kind::Call { function: first, arguments },
                    at: start..end.end,
                });
            }
            loop {
                arguments.push(self.expression(0)?);
                if self.take(Token::Comma).is_none() {
                    break;
                }
            }
            let end = self.close(Token::Close, "`,`, `)` or an operator", &open)?;
            return Ok(Expression { kind: Kind::Call { function: first, arguments }, at: start..end.end });
        }
        if let Some(open) = self.take(Token::OpenIndex) {
            let row = self.selector()?;
            self.close(Token::Comma, "`,` and the column", &open)?;
            let column = self.selector()?;
            let end = self.close(Token::CloseIndex, "`]`", &open)?;
            return Ok(Expression { kind: Kind::Cell { form: first, row, column }, at: start..end.end });
        }
        let path = self.path(first)?;
        let end = path.last().map_or(start, |name| name.at.end);
        let is_of_other = matches!(self.peek().flatten(), Some(Token::Open | Token::OpenIndex));
        if let ([reports @ .., _], true) = (path.as_slice(), is_of_other) {
            // The name before the bracket is read again, with it.
            self.next -= 1;
            let inner = self.named()?;
            return Ok(reports.iter().rev().fold(inner, |inner, whose| Expression {
                at: whose.at.start..inner.at.end,
                kind: Kind::Elsewhere { whose: whose.clone(), inner: Box::new(inner) },
            }));
        }
        Ok(Expression { kind: Kind::Path(path), at: start..end })
    }

    fn selector(&mut self) -> Result<Selector, SyntaxError> {
        if let Some(at) = self.take(Token::Star) {
            return Ok(Selector { pick: Pick::All, at });
        }
        let first = self.name("a row or column, `*` or a variable")?;
        let start = first.at.start;
        if self.take(Token::Range).is_some() {
            let last = self.name("the last of the range")?;
            let at = start..last.at.end;
            return Ok(Selector { pick: Pick::Range(first, last), at });
        }
        let mut path = vec![first];
        while self.take(Token::Dot).is_some() {
            if let Some(star) = self.take(Token::Star) {
                let at = start..star.end;
                return match <[Name; 1]>::try_from(path) {
                    Ok([group]) => Ok(Selector { pick: Pick::Group(group), at }),
                    Err(_) => Err(SyntaxError { at, message: "expected `group.*`".to_owned(), also: None }),
                };
            }
            path.push(self.name("a name or `*`")?);
        }
        let end = path.last().map_or(start, |name| name.at.end);
        Ok(Selector { pick: Pick::Path(path), at: start..end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with every operation in brackets.
    fn tree(expression: &Expression) -> String {
        let names = |path: &[Name]| path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let pick = |selector: &Selector| match &selector.pick {
            Pick::All => "*".to_owned(),
            Pick::Path(path) => names(path),
            Pick::Group(group) => format!("{}.*", group.text),
            Pick::Range(first, last) => format!("{}..{}", first.text, last.text),
        };
        match &expression.kind {
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => format!("'{text}'"),
            Kind::Path(path) => names(path),
            Kind::Cell { form, row, column } => format!("{}[{}, {}]", form.text, pick(row), pick(column)),
            Kind::Call { function, arguments } => {
                format!("{}({})", function.text, arguments.iter().map(tree).collect::<Vec<_>>().join(", "))
            }
            Kind::Elsewhere { whose, inner } => format!("{}:{}", whose.text, tree(inner)),
            Kind::Not(inner) => format!("(not {})", tree(inner)),
            Kind::Negative(inner) => format!("(- {})", tree(inner)),
            Kind::Binary { operator, left, right } => {
                format!("({} {operator:?} {})", tree(left), tree(right))
            }
        }
    }

    #[test]
    fn operators_bind_as_in_arithmetic() {
        for (text, expected) in [
            ("a + b * 2 = c - -d", "((a Add (b Multiply 2)) Equal (c Subtract (- d)))"),
            ("not a = b and c or d", "(((not (a Equal b)) And c) Or d)"),
            (
                "f[new, c] <= sum(f[denied.*, person..other])",
                "(f[new, c] AtMost sum(f[denied.*, person..other]))",
            ),
            ("(a or b) and s.section matches '附件'", "((a Or b) And (s.section Matches '附件'))"),
            ("表[甲, *]", "表[甲, *]"),
            (
                "previous.f[out, c] = children.sum(f[new, c])",
                "(previous:f[out, c] Equal children:sum(f[new, c]))",
            ),
            ("previous.previous.f[out, c] = 1", "(previous:previous:f[out, c] Equal 1)"),
        ] {
            assert_eq!(tree(&parse(text).unwrap()), expected);
        }
    }

    #[test]
    fn errors_say_where_and_what_was_expected() {
        for (text, at, message) in [
            ("a = sum(b", 9..9, "the expression ends here, expected `,`, `)` or an operator"),
            ("a = b = c", 6..7, "comparisons do not chain: write `a = b and b = c`"),
            ("f[new]", 5..6, "found `]`, expected `,` and the column"),
            ("a $ b", 2..3, "found `$`, expected an operator or the end"),
            ("", 0..0, "the expression ends here, expected a figure, a number, a name, `not`, `-` or `(`"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.at, error.message.as_str()), (at, message), "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).unwrap_err().message.contains("nested"));
    }
}
