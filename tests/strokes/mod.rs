//! Damage to files of binary formats: to their bytes, and to what is packed in them, which is packed anew so that
//! checksums and lengths let it through.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;

/// A small generator of numbers (xorshift), so that each failure can be made again.
pub struct Random(u64);

impl Random {
    /// The generator for a mutation by its number.
    pub fn new(number: usize) -> Self {
        let mut random = Self((number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        // Numbers that are near begin alike.
        for _ in 0..4 {
            random.below(2);
        }
        random
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % (end.max(1) as u64)).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What is put in: bytes that mean something in one of the formats.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\xff\xff\xff\xff",
    b"<",
    b">",
    b"</w:tc>",
    b"</w:tr><w:tr>",
    b"<w:tbl>",
    b"<w:tbl><w:tr><w:tc>",
    b"<row r=\"1048576\">",
    b"<c r=\"XFD1048576\"><v>1</v></c>",
    b"<mergeCell ref=\"A1:XFD1048576\"/>",
    b"<f>SUM(A1:XFD1048576)</f>",
    b" number-columns-repeated=\"1048576\" ",
    b" table:number-rows-repeated=\"1048576\" ",
    b"<w:gridSpan w:val=\"65535\"/>",
    b"<w:vMerge/>",
    b"<w:p>",
    b"&#xFFFF;",
    b"&lol;",
    b"<![CDATA[",
    b"<!--",
    b"<!DOCTYPE a [",
    b" endobj ",
    b" stream\n",
    b" endstream ",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b"0 0 R",
    b"1 0 R",
    b" 5 0 R ",
    b" BT ",
    b" q ",
    b" Q ",
    b" 1e30 0 0 1e30 0 0 cm ",
    b" 0 0 0 0 0 0 cm ",
    b" 0 0 600 800 re f ",
    b" /F1 99999 Tf ",
    b" /Im1 Do ",
    b" /Kids ",
    b" /Length 99999999 ",
    b" /Filter[/FlateDecode/FlateDecode]",
    b" <0000> <FFFF> <0000> ",
    b"\x0a\x00\x00\x00",
    b"\x09\x08\x10\x00",
    b"\xe5\x00\xff\xff",
    b"\x3c\x00\x20\x20",
    b"\r\n--",
    b"=",
];

/// What figures are replaced by.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "7",
    "255",
    "65536",
    "999999",
    "2147483648",
    "4294967295",
    "18446744073709551616",
    "1e308",
    "0.5",
];

/// Damages bytes with up to `most` strokes.
pub fn damage(bytes: &mut Vec<u8>, random: &mut Random, most: usize) {
    for _ in 0..=random.below(most) {
        stroke(bytes, random);
    }
}

fn stroke(bytes: &mut Vec<u8>, random: &mut Random) {
    let start = random.below(bytes.len());
    // Where a tag begins, what is put in may be taken for markup.
    let is_tag = random.below(2) == 0;
    let tag =
        bytes[start..].iter().position(|&byte| is_tag && byte == b'<').map_or(start, |ahead| start + ahead);
    let at = tag.min(bytes.len());
    let end = (at + random.below(64)).min(bytes.len());
    match random.below(16) {
        0 => bytes.truncate(at),
        1 | 2 => drop(bytes.drain(at..end)),
        3..=5 => drop(bytes.splice(at..at, random.of(PIECES).iter().copied())),
        6 | 7 => {
            let repeated = bytes[at..end].repeat(1 + random.below(3));
            bytes.splice(at..at, repeated);
        }
        8..=11 => {
            let Some(ahead) = bytes[at..].iter().position(u8::is_ascii_digit) else { return };
            let figure = at + ahead;
            let length = bytes[figure..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            bytes.splice(figure..figure + length, random.of(NUMBERS).bytes());
        }
        12 => {
            // A stretch from elsewhere.
            let from = random.below(bytes.len());
            let moved = bytes[from..(from + random.below(400)).min(bytes.len())].to_vec();
            bytes.splice(at..at, moved);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

/// Damages parts of a zip.
pub fn damage_zip(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    if random.below(8) == 0 {
        return damaged(bytes, random);
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = random.below(zip.len());
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // To compress takes most of the time, and is undone unseen.
    let method =
        if random.below(16) == 0 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        let name = part.name().unwrap().into_owned();
        let is_main = ["document.xml", "sheet1.xml", "content.xml"].iter().any(|main| name.ends_with(main));
        if number == chosen || is_main && random.below(2) == 0 {
            damage(&mut content, random, 3);
        }
        packed.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
        packed.write_all(&content).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// Damages streams of a compound file.
pub fn damage_compound(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    if random.below(2) == 0 {
        return damaged(bytes, random);
    }
    let mut old = cfb::CompoundFile::open(Cursor::new(bytes)).unwrap();
    let mut new = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut content = Vec::new();
    old.open_stream("Workbook").unwrap().read_to_end(&mut content).unwrap();
    damage(&mut content, random, 8);
    new.create_stream("Workbook").unwrap().write_all(&content).unwrap();
    new.flush().unwrap();
    new.into_inner().into_inner()
}

/// Damages a PDF: its bytes, its objects, or a stream within it.
pub fn damage_pdf(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let way = random.below(4);
    if way == 0 {
        return damaged(bytes, random);
    }
    let mut pdf = lopdf::Document::load_mem(bytes).unwrap();
    // Of what is encrypted it keeps nothing.
    if pdf.objects.values().all(|object| object.as_stream().is_err()) {
        return damaged(bytes, random);
    }
    pdf.decompress();
    if way > 1 {
        let mut streams: Vec<_> =
            pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok()).collect();
        for _ in 0..=random.below(2) {
            let chosen = random.below(streams.len());
            let mut content = streams[chosen].content.clone();
            damage(&mut content, random, 4);
            streams[chosen].set_content(content);
        }
    }
    if random.below(16) == 0 {
        pdf.compress();
    }
    let mut packed = Vec::new();
    pdf.save_to(&mut packed).unwrap();
    if way == 1 { damaged(&packed, random) } else { packed }
}

/// Damages bytes as they are.
pub fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    damage(&mut bytes, random, 8);
    bytes
}
