//! Fingerprints: what stays of a finding when the file around it is edited.

use sha2::{Digest, Sha256};

/// The fingerprint of a finding: its rule, the pack, the report's year and body (or path), and what the relation
/// is about; never a line, an order or a message.
pub fn of(rule: &str, pack: &str, report: &str, subject: &str) -> String {
    let mut hash = Sha256::new();
    for part in ["tieout fingerprint 1", rule, pack, report, subject] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
