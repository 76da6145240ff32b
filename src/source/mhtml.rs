//! Web pages saved as one file (MHTML): the page is taken out of it and read as any page.

use memchr::memmem;

/// The page in a file of parts, decoded from its transfer encoding; `None` where the bytes are no such file.
pub fn page(bytes: &[u8]) -> Option<Vec<u8>> {
    // Most files show at once that they do not begin with a header.
    memchr::memchr2(b':', b'\n', bytes).filter(|&at| bytes.get(at) == Some(&b':'))?;
    let (header, _) = split_header(bytes)?;
    if !header.to_ascii_lowercase().contains("mime-version:") {
        return None;
    }
    part(bytes, 0)
}

/// The first page in a part of a file, or in the parts within it.
fn part(bytes: &[u8], depth: usize) -> Option<Vec<u8>> {
    const MAX_DEPTH: usize = 4;
    let (header, body) = split_header(bytes)?;
    let kind = field(&header, "content-type").unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("multipart/") && depth < MAX_DEPTH {
        let border = format!("--{}", parameter(&kind, "boundary")?);
        let starts: Vec<usize> = memmem::find_iter(body, border.as_bytes()).collect();
        let ends = starts.iter().skip(1).copied().chain([body.len()]);
        return starts.iter().zip(ends).find_map(|(&start, end)| {
            let inner = body.get(start + border.len()..end)?;
            let inner = inner.strip_prefix(b"\r\n").or_else(|| inner.strip_prefix(b"\n"))?;
            part(inner, depth + 1)
        });
    }
    if !kind.to_ascii_lowercase().starts_with("text/html") {
        return None;
    }
    let encoding = field(&header, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    Some(match encoding.trim() {
        "quoted-printable" => quoted_printable(body),
        "base64" => base64(body),
        _ => body.to_vec(),
    })
}

/// The header of a part, its folded lines joined, and what follows it.
fn split_header(bytes: &[u8]) -> Option<(String, &[u8])> {
    const LONGEST_HEADER: usize = 16 * 1024;
    let head = bytes.get(..LONGEST_HEADER).unwrap_or(bytes);
    let ends =
        [memmem::find(head, b"\r\n\r\n").map(|at| (at, 4)), memmem::find(head, b"\n\n").map(|at| (at, 2))];
    let (end, width) = ends.into_iter().flatten().min()?;
    let header = String::from_utf8_lossy(head.get(..end)?)
        .replace("\r\n", "\n")
        .replace("\n\t", " ")
        .replace("\n ", " ");
    Some((header, bytes.get(end + width..)?))
}

fn field(header: &str, name: &str) -> Option<String> {
    header.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let is_it = key.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().trim_matches('"').to_owned()).filter(|value| !value.is_empty())
    })
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let mut decoded = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if byte != b'=' {
            decoded.push(byte);
            at += 1;
            continue;
        }
        match (digit(body.get(at + 1)), digit(body.get(at + 2)), body.get(at + 1)) {
            (Some(high), Some(low), _) => {
                decoded.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            // A line that goes on.
            (_, _, Some(b'\n')) => at += 2,
            (_, _, Some(b'\r')) => at += if body.get(at + 2) == Some(&b'\n') { 3 } else { 2 },
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

fn base64(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for &byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.extend(u8::try_from((bits >> count) & 0xFF));
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_taken_out_of_its_file() {
        let file = "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"B\"\r\n\r\n\
            --B\r\nContent-Type: text/css\r\n\r\np{}\r\n\
            --B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>=E5=\r\n=85=B1 5=3D</p>\r\n--B--\r\n";
        assert_eq!(page(file.as_bytes()).unwrap(), "<p>共 5=</p>\r\n".as_bytes());
        assert_eq!(page(b"<html>\n\nMIME-Version: 1.0"), None);
        assert_eq!(base64(b"5YWx\r\nNQ=="), "共5".as_bytes());
    }
}
