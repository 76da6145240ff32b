//! Transcripts of the program: what is typed and what is answered, word for word.
//!
//! Each file in `tests/cmd/` is one subject. A transcript runs in the folder beside it that has its name and ends in
//! `.in`, or else in the root of the repository; `.out` is what is in that folder afterwards.
//! After a change that is meant: `TRYCMD=overwrite cargo test --test cmd`, then read the difference.

#![cfg(test)]

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        // No colours, whatever the terminal or the build server of the developer says.
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "0")
        .env("COLUMNS", "100")
        .env("GITHUB_ACTIONS", "")
        .env("GITHUB_STEP_SUMMARY", "")
        .env("GITHUB_OUTPUT", "")
        .case("tests/cmd/*.md")
        .run();
}
