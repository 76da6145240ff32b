//! The block of figures of a table, as whole numbers of one unit.

/// A cell of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or a mark for nothing.
    Blank,
    /// Words, where a figure would stand.
    Unknown,
    /// A figure.
    Value {
        /// In the unit of the block.
        value: i128,
        /// The unit of its last digit.
        ulp: i128,
    },
}

/// What is known of a row or column by its label and its figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Its label has a word for a total.
    pub is_total: bool,
    /// Its label says that it is a part of the line above it, or cannot be added up.
    pub is_apart: bool,
    /// It is of another kind than its neighbours (a share, a rank, an average): what does not add up in it says nothing.
    pub is_other: bool,
}

/// The block of figures of a table.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Its rows.
    pub rows: Vec<Traits>,
    /// Its columns.
    pub columns: Vec<Traits>,
    /// Its cells, row by row.
    pub cells: Vec<Cell>,
    /// Its figures may be rounded, by their decimals or by what is said of them.
    pub is_rounded: bool,
}

/// Which lines are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Across {
    /// Rows: a row is the sum of other rows, in each column.
    Rows,
    /// Columns.
    Columns,
}

/// The block seen along one side: a line is a row or column, a place is where a line crosses it.
#[derive(Clone, Debug)]
pub struct View<'b> {
    lines: &'b [Traits],
    places: &'b [Traits],
    cells: Vec<Cell>,
    /// Its figures are rounded.
    pub is_rounded: bool,
    /// Along which side.
    pub across: Across,
}

impl<'b> View<'b> {
    /// Sees a block along a side.
    pub fn new(body: &'b Body, across: Across, is_rounded: bool) -> Self {
        let (rows, columns) = (body.rows.len(), body.columns.len());
        let at = |row: usize, column: usize| {
            body.cells.get(row * columns + column).copied().unwrap_or(Cell::Blank)
        };
        let (lines, places, cells) = match across {
            Across::Rows => (&body.rows, &body.columns, body.cells.clone()),
            Across::Columns => {
                let turned = (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column)));
                (&body.columns, &body.rows, turned.map(|(row, column)| at(row, column)).collect())
            }
        };
        Self { lines, places, cells, is_rounded, across }
    }

    /// Number of lines.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Number of places.
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// What is known of a line.
    pub fn line(&self, line: usize) -> Traits {
        self.lines.get(line).copied().unwrap_or_default()
    }

    /// What is known of a place.
    pub fn place(&self, place: usize) -> Traits {
        self.places.get(place).copied().unwrap_or_default()
    }

    /// A cell.
    pub fn at(&self, line: usize, place: usize) -> Cell {
        self.cells.get(line * self.places.len() + place).copied().unwrap_or(Cell::Blank)
    }

    /// The figure in a cell; a blank one is none.
    pub fn value(&self, line: usize, place: usize) -> Option<i128> {
        match self.at(line, place) {
            Cell::Value { value, .. } => Some(value),
            Cell::Blank | Cell::Unknown => None,
        }
    }
}
