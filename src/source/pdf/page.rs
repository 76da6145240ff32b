//! What is drawn on a page: characters with their boxes, straight lines, pictures. Lengths are in twentieths of a point,
//! from the top left corner of the page.

use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, TransformExt, interpret_page,
};

/// Twentieths of a point in a point.
pub const UNIT: i32 = 20;
/// A filled shape no thicker than this is a line.
const THICKEST_LINE: i32 = 3 * UNIT;
/// A line at least this long counts.
const SHORTEST_LINE: i32 = 3 * UNIT;
/// Characters and lines of a page at most: more are no report's.
const MAX_DRAWN: usize = 200_000;

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub left: i32,
    pub top: i32,
    pub right: i32,
    pub bottom: i32,
}

impl Area {
    /// The smallest box around both.
    pub fn join(self, other: Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Whether a point lies within.
    pub fn holds(self, (x, y): (i32, i32)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    pub fn width(self) -> i32 {
        self.right.saturating_sub(self.left)
    }

    pub fn height(self) -> i32 {
        self.bottom.saturating_sub(self.top)
    }

    pub fn center(self) -> (i32, i32) {
        (self.left.midpoint(self.right), self.top.midpoint(self.bottom))
    }

    fn around(points: impl IntoIterator<Item = (i32, i32)>) -> Option<Area> {
        let point = |(x, y)| Area { left: x, top: y, right: x, bottom: y };
        points.into_iter().map(point).reduce(Area::join)
    }
}

/// A character and its box, as high as its font.
#[derive(Clone, Copy, Debug)]
pub struct Glyph {
    pub character: char,
    pub area: Area,
    /// Where the line stands that it is written on.
    pub base: i32,
}

impl Glyph {
    /// The size of its font.
    pub fn size(&self) -> i32 {
        self.area.height().max(1)
    }
}

/// A straight line along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stroke {
    /// Its place across: the height of a level one, the distance from the left of an upright one.
    pub at: i32,
    pub start: i32,
    pub end: i32,
}

/// What is drawn on a page.
#[derive(Debug, Default)]
pub struct Drawing {
    pub glyphs: Vec<Glyph>,
    pub level: Vec<Stroke>,
    pub upright: Vec<Stroke>,
    /// How much of the page pictures cover, in square points.
    pub pictured: i64,
    /// Characters that stand for no text that could be told.
    pub unknown: usize,
    /// Characters of text that is not shown, as programs put behind pictures in which they recognised it.
    pub invisible: usize,
    /// Characters that are not written from left to right, such as watermarks.
    pub turned: usize,
    pub width: i32,
    pub height: i32,
    /// How it was turned so that most of its text is read from left to right.
    pub turn: Turn,
    /// More is drawn than was looked at.
    pub is_cut: bool,
}

/// How a page is turned, so that the text on it can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    #[default]
    None,
    /// Its text climbs: the page is turned to the right. The height of the page as it is shown.
    Right(i32),
    /// Its text falls: the page is turned to the left. The width of the page as it is shown.
    Left(i32),
}

impl Turn {
    fn transform(self) -> Affine {
        match self {
            Turn::None => Affine::IDENTITY,
            Turn::Right(height) => Affine::new([0.0, 1.0, -1.0, 0.0, height.into(), 0.0]),
            Turn::Left(width) => Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width.into()]),
        }
    }

    /// A box on the page as it is shown.
    pub fn back(self, area: Area) -> Area {
        let Area { left, top, right, bottom } = area;
        match self {
            Turn::None => area,
            Turn::Right(height) => {
                Area { left: top, top: height - right, right: bottom, bottom: height - left }
            }
            Turn::Left(width) => Area { left: width - bottom, top: left, right: width - top, bottom: right },
        }
    }
}

/// Looks at a page; if most of its text climbs or falls, at the page turned so that it is read from left to right.
pub fn look<'a>(page: &Page<'a>, xref: &'a XRef, cache: &InterpreterCache<'a>) -> Drawing {
    let (drawing, [climbing, falling]) = look_turned(page, xref, cache, Turn::None);
    let most = drawing.glyphs.len() * 2;
    let turn = match (climbing > most, falling > most) {
        (true, false) => Turn::Right(drawing.height),
        (false, true) => Turn::Left(drawing.width),
        _ => return drawing,
    };
    look_turned(page, xref, cache, turn).0
}

/// What is drawn on a page that is turned, and how many characters climb and fall.
fn look_turned<'a>(
    page: &Page<'a>,
    xref: &'a XRef,
    cache: &InterpreterCache<'a>,
    turn: Turn,
) -> (Drawing, [usize; 2]) {
    let scale = Affine::scale(UNIT.into());
    let (width, height) = page.render_dimensions();
    let corner = scale * Point::new(width.into(), height.into());
    let transform = turn.transform() * scale * page.initial_transform(true).to_kurbo();
    let (width, height) = whole(corner);
    let (width, height) = if turn == Turn::None { (width, height) } else { (height, width) };
    let bounds = Rect::from_points(Point::ZERO, Point::new(width.into(), height.into()));
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, bounds, cache, xref, settings);
    let drawing = Drawing { width, height, turn, ..Drawing::default() };
    let mut eye = Eye { drawing, climbing: 0, falling: 0 };
    interpret_page(page, &mut context, &mut eye);
    (eye.drawing, [eye.climbing, eye.falling])
}

/// A box in whole points from the top left corner of a page, in the space that the page is written in: left, bottom,
/// right and top in whole points.
pub fn to_own_space(page: &Page<'_>, [left, top, right, bottom]: [u32; 4]) -> [i64; 4] {
    let back = page.initial_transform(true).to_kurbo().inverse();
    let corner = |x: u32, y: u32| back * Point::new(x.into(), y.into());
    let there = Rect::from_points(corner(left, top), corner(right, bottom)).expand();
    [there.x0, there.y0, there.x1, there.y1].map(|length| length as i64)
}

/// Takes down what the interpreter draws.
struct Eye {
    drawing: Drawing,
    /// Characters of text that climbs.
    climbing: usize,
    /// Characters of text that falls.
    falling: usize,
}

fn whole(point: Point) -> (i32, i32) {
    // No page is so large; what is drawn far outside of it must not overflow where lengths are added.
    const FARTHEST: (f64, f64) = (-1_000_000.0, 1_000_000.0);
    let whole = |length: f64| length.round().clamp(FARTHEST.0, FARTHEST.1) as i32;
    (whole(point.x), whole(point.y))
}

/// Whether a paint cannot be seen on paper.
fn is_unseen(paint: &Paint<'_>) -> bool {
    match paint {
        Paint::Color(color) => {
            let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
            alpha < 16 || [red, green, blue].iter().all(|&part| part > 248)
        }
        Paint::Pattern(_) => false,
    }
}

impl Eye {
    fn is_full(&mut self) -> bool {
        let drawing = &mut self.drawing;
        let count = drawing.glyphs.len() + drawing.level.len() + drawing.upright.len();
        drawing.is_cut |= count >= MAX_DRAWN;
        drawing.is_cut
    }

    /// A line between two points, if it is one along an axis.
    fn line(&mut self, from: (i32, i32), to: (i32, i32)) {
        let Some(area) = Area::around([from, to]) else { return };
        if area.height() <= UNIT && area.width() >= SHORTEST_LINE {
            let at = area.center().1;
            self.drawing.level.push(Stroke { at, start: area.left, end: area.right });
        } else if area.width() <= UNIT && area.height() >= SHORTEST_LINE {
            let at = area.center().0;
            self.drawing.upright.push(Stroke { at, start: area.top, end: area.bottom });
        }
    }

    /// A filled shape: a line, if it is thin.
    fn shape(&mut self, points: &[(i32, i32)]) {
        let Some(area) = Area::around(points.iter().copied()) else { return };
        let (x, y) = area.center();
        if area.height() <= THICKEST_LINE && area.width() > area.height().max(SHORTEST_LINE) {
            self.line((area.left, y), (area.right, y));
        } else if area.width() <= THICKEST_LINE && area.height() > area.width().max(SHORTEST_LINE) {
            self.line((x, area.top), (x, area.bottom));
        }
    }
}

impl<'a> Device<'a> for Eye {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let (is_filled, is_stroked) = match mode {
            DrawMode::Fill(_) => (true, false),
            DrawMode::Stroke(_) => (false, true),
            DrawMode::FillAndStroke(..) => (true, true),
            DrawMode::Invisible => (false, false),
        };
        if is_unseen(&props.paint) || !(is_filled || is_stroked) {
            return;
        }
        let mut points: Vec<(i32, i32)> = Vec::new();
        for element in path.elements() {
            if self.is_full() {
                return;
            }
            let mut to = |eye: &mut Self, point: Point, is_straight: bool| {
                let point = whole(props.transform * point);
                if let Some(&last) = points.last().filter(|_| is_stroked && is_straight) {
                    eye.line(last, point);
                }
                points.push(point);
            };
            match *element {
                PathEl::MoveTo(point) => {
                    if is_filled {
                        self.shape(&points);
                    }
                    points = vec![whole(props.transform * point)];
                }
                PathEl::LineTo(point) => to(self, point, true),
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => to(self, point, false),
                PathEl::ClosePath => {
                    if let (Some(&first), Some(&last)) = (points.first(), points.last())
                        && is_stroked
                    {
                        self.line(last, first);
                    }
                }
            }
        }
        if is_filled {
            self.shape(&points);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let is_invisible = matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            if self.is_full() {
                return;
            }
            let transform = props.transform * glyph.transform();
            let advance = match &**glyph {
                Drawn::Outline(outline) => outline.advance_width(),
                Drawn::Type3(drawn) => drawn.advance_width(),
            };
            let advance = advance.unwrap_or(500.0).into();
            let corners = [(0.0, -120.0), (advance, -120.0), (advance, 880.0), (0.0, 880.0)];
            let corners = corners.map(|(x, y)| whole(transform * Point::new(x, y)));
            let (Some(area), [from, to, ..]) = (Area::around(corners), corners) else { continue };
            // Text that climbs, falls or stands on its head is read in another direction.
            if from.1.abs_diff(to.1) > from.0.abs_diff(to.0) / 8 || to.0 < from.0 {
                self.drawing.turned += 1;
                let is_straight = from.0.abs_diff(to.0) <= from.1.abs_diff(to.1) / 8;
                self.climbing += usize::from(is_straight && to.1 < from.1);
                self.falling += usize::from(is_straight && to.1 > from.1);
                continue;
            }
            let (_, base) = whole(transform * Point::ZERO);
            let text = glyph.as_unicode();
            let text = match text {
                Some(hayro_interpret::hayro_cmap::BfString::Char(character)) => character.to_string(),
                Some(hayro_interpret::hayro_cmap::BfString::String(text)) => text,
                None => String::new(),
            };
            let is_unknown = text.is_empty() || text.chars().any(|c| c == '\0' || c == '\u{fffd}');
            self.drawing.unknown += usize::from(is_unknown);
            self.drawing.invisible += usize::from(is_invisible);
            if is_unknown {
                self.drawing.glyphs.push(Glyph { character: '\u{fffd}', area, base });
                continue;
            }
            let mut area = area;
            for character in text.chars() {
                self.drawing.glyphs.push(Glyph { character, area, base });
                // What follows in a ligature stands at its end.
                area.left = area.right;
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let corner = Point::new(image.width().into(), image.height().into());
        let corners = [Point::ZERO, corner].map(|point| whole(props.transform * point));
        let Some(area) = Area::around(corners) else { return };
        let points = |length: i32, most: i32| i64::from(length.min(most) / UNIT);
        let covered = points(area.width(), self.drawing.width) * points(area.height(), self.drawing.height);
        self.drawing.pictured = self.drawing.pictured.saturating_add(covered);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn pop_clip(&mut self) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_far_outside_of_the_page_does_not_overflow() {
        let (far, near) = whole(Point::new(1e300, f64::NAN));
        assert_eq!((far, near), (1_000_000, 0));
        assert_eq!(whole(Point::new(f64::NEG_INFINITY, -2.6)), (-1_000_000, -3));
        let area = Area { left: -far, top: -far, right: far, bottom: far };
        assert_eq!((area.width(), area.center()), (2_000_000, (0, 0)));
    }

    #[test]
    fn a_box_on_a_turned_page_is_told_where_it_is_shown() {
        // A page of 600 by 800; what climbs starts near its lower edge.
        let shown = Area { left: 100, top: 700, right: 120, bottom: 750 };
        let turn = |turn: Turn| {
            let corner = |x: i32, y: i32| whole(turn.transform() * Point::new(x.into(), y.into()));
            let corners = [corner(shown.left, shown.top), corner(shown.right, shown.bottom)];
            Area::around(corners).unwrap()
        };
        let right = turn(Turn::Right(800));
        assert_eq!(right, Area { left: 50, top: 100, right: 100, bottom: 120 });
        assert_eq!(Turn::Right(800).back(right), shown);
        assert_eq!(Turn::Left(600).back(turn(Turn::Left(600))), shown);
        assert_eq!(Turn::None.back(shown), shown);
    }
}
