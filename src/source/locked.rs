//! Office files that are encrypted with the password that Excel takes without asking: they are protected from changes, not
//! from readers ([MS-OFFCRYPTO], 2.3.4, "standard encryption").

use std::io::{Cursor, Read};

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes256};
use sha1::{Digest, Sha1};

/// The password of files that open without one.
const PASSWORD: &str = "VelvetSweatshop";
/// How often the password is hashed.
const ROUNDS: u32 = 50_000;
/// Bytes of a block.
const BLOCK: usize = 16;

/// The package in the bytes of an encrypted one, if it opens without a password of its own.
pub fn opened(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.strip_prefix(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")?;
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = |name: &str| {
        let mut read = Vec::new();
        // A stream is no longer than the file it is in.
        file.open_stream(name).ok()?.take(bytes.len() as u64).read_to_end(&mut read).ok()?;
        Some(read)
    };
    let info = Info::read(&stream("EncryptionInfo")?)?;
    let cipher = info.cipher()?;
    let mut package = stream("EncryptedPackage")?;
    let length = usize::try_from(u64::from_le_bytes(*package.first_chunk()?)).ok()?;
    package.drain(..8);
    cipher.decrypt(&mut package);
    package.truncate(length);
    Some(package)
}

/// How a package is encrypted.
struct Info {
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: [u8; BLOCK],
    verifier_hash: [u8; 2 * BLOCK],
}

impl Info {
    fn read(bytes: &[u8]) -> Option<Self> {
        const AES: [u32; 2] = [0x660E, 0x6610];
        let number = |at: usize| bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes);
        // The newer kind of encryption is written in XML.
        if bytes.get(2..4)? != [2, 0] || !AES.contains(&number(20)?) {
            return None;
        }
        let header = usize::try_from(number(8)?).ok()?;
        let verifier = bytes.get(12..)?.get(header..)?;
        Some(Self {
            key_bytes: usize::try_from(number(28)?).ok()? / 8,
            salt: verifier.get(4..20)?.to_vec(),
            verifier: *verifier.get(20..)?.first_chunk()?,
            verifier_hash: *verifier.get(40..)?.first_chunk()?,
        })
    }

    /// What decrypts the package, if the password is the right one.
    fn cipher(&self) -> Option<Cipher> {
        let cipher = Cipher::new(&key(&self.salt, self.key_bytes)?)?;
        let (mut verifier, mut hash) = (self.verifier, self.verifier_hash);
        cipher.decrypt(&mut verifier);
        cipher.decrypt(&mut hash);
        let expected = Sha1::digest(verifier);
        hash.starts_with(expected.as_slice()).then_some(cipher)
    }
}

/// The key that is made from the password.
fn key(salt: &[u8], length: usize) -> Option<Vec<u8>> {
    let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut hash = Sha1::new().chain_update(salt).chain_update(password).finalize();
    for round in 0..ROUNDS {
        hash = Sha1::new().chain_update(round.to_le_bytes()).chain_update(hash).finalize();
    }
    let hash = Sha1::new().chain_update(hash).chain_update(0_u32.to_le_bytes()).finalize();
    let padded = |filler: u8| {
        let mut block = [filler; 64];
        block.iter_mut().zip(hash).for_each(|(byte, own)| *byte ^= own);
        Sha1::digest(block)
    };
    let all: Vec<u8> = padded(0x36).into_iter().chain(padded(0x5C)).collect();
    all.get(..length).map(<[u8]>::to_vec)
}

enum Cipher {
    Short(Box<Aes128>),
    Long(Box<Aes256>),
}

impl Cipher {
    fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Some(Self::Short(Box::new(Aes128::new_from_slice(key).ok()?))),
            32 => Some(Self::Long(Box::new(Aes256::new_from_slice(key).ok()?))),
            _ => None,
        }
    }

    /// Decrypts whole blocks in place, each by itself.
    fn decrypt(&self, bytes: &mut [u8]) {
        for block in bytes.as_chunks_mut::<BLOCK>().0 {
            match self {
                Self::Short(cipher) => cipher.decrypt_block(block.into()),
                Self::Long(cipher) => cipher.decrypt_block(block.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use aes::cipher::BlockCipherEncrypt;

    use super::*;

    fn encrypted(package: &[u8], salt: [u8; 16]) -> Vec<u8> {
        let cipher = Aes128::new_from_slice(&key(&salt, 16).unwrap()).unwrap();
        let encrypt = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
            bytes.as_chunks_mut::<BLOCK>().0.iter_mut().for_each(|block| cipher.encrypt_block(block.into()));
            bytes
        };
        let verifier = [7_u8; 16];
        let header: Vec<u8> =
            [0x24_u32, 0, 0x660E, 0x8004, 128, 24, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        let info = [
            &[4, 0, 2, 0, 0x24, 0, 0, 0, 32, 0, 0, 0][..],
            &header,
            &[16, 0, 0, 0],
            &salt,
            &encrypt(&verifier),
            &[20, 0, 0, 0],
            &encrypt(Sha1::digest(verifier).as_slice()),
        ];
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("EncryptionInfo").unwrap().write_all(&info.concat()).unwrap();
        let body = [&(package.len() as u64).to_le_bytes()[..], &encrypt(package)].concat();
        file.create_stream("EncryptedPackage").unwrap().write_all(&body).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn a_file_without_a_password_of_its_own_opens() {
        let bytes = encrypted(b"a package of some bytes", [3; 16]);
        assert_eq!(opened(&bytes).as_deref(), Some(&b"a package of some bytes"[..]));
        // Another password makes another key: what is checked of it does not fit.
        let mut other = bytes.clone();
        let at = memchr::memmem::find(&other, &[3; 16]).unwrap();
        other[at] = 4;
        assert_eq!(opened(&other), None);
        assert_eq!(opened(b"no such file"), None);
    }
}
