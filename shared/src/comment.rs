//! Free words of a person in an act. They stand in texts whose lines are facts, the signed ones
//! above all, so they are one line: whatever could begin another is refused or becomes a space.

use crate::text::{self, typed::tidy};
use serde::{Deserialize, Serialize};

/// One line of words, not empty.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Comment(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommentError {
    #[error("empty")]
    Empty,
    #[error("too long")]
    TooLong,
    #[error("has a control character")]
    Characters,
}

impl Comment {
    pub const MAX_CHARS: usize = 300;

    /// Reads words as people type them: spaces and ends of lines become single spaces, marks that
    /// are not seen are dropped.
    pub fn parse(text: &str) -> Result<Self, CommentError> {
        let line = tidy(text);
        if line.is_empty() {
            return Err(CommentError::Empty);
        }
        if line.chars().count() > Self::MAX_CHARS {
            return Err(CommentError::TooLong);
        }
        if text::has_hidden(&line) {
            return Err(CommentError::Characters);
        }
        Ok(Self(line))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Comment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Words of a person may say anything about a child.
        f.debug_struct("Comment").finish_non_exhaustive()
    }
}

impl TryFrom<String> for Comment {
    type Error = CommentError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Comment> for String {
    fn from(comment: Comment) -> Self {
        comment.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_line() {
        let comment = Comment::parse("  Болеем,\n справка\tбудет \r\n завтра ").unwrap();
        assert_eq!(comment.as_str(), "Болеем, справка будет завтра");
        assert_eq!(Comment::parse(" \n\t"), Err(CommentError::Empty));
    }

    #[test]
    fn the_longest_is_taken_and_one_character_more_is_not() {
        let longest = "ә".repeat(Comment::MAX_CHARS);
        assert!(Comment::parse(&longest).is_ok());
        assert_eq!(
            Comment::parse(&format!("{longest}ә")),
            Err(CommentError::TooLong)
        );
    }

    #[rstest::rstest]
    fn controls_are_refused(#[values('\0', '\u{7}', '\u{1b}', '\u{9b}', '\u{ffff}')] c: char) {
        assert_eq!(
            Comment::parse(&format!("а{c}б")),
            Err(CommentError::Characters)
        );
    }

    #[rstest::rstest]
    fn marks_that_are_not_seen_are_dropped(
        #[values(
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{3164}',
            '\u{feff}',
            '\u{e0001}'
        )]
        c: char,
    ) {
        let comment = Comment::parse(&format!("а{c}б")).unwrap();
        assert_eq!(comment.as_str(), "аб");
    }

    #[test]
    fn a_family_of_emoji_is_taken_as_it_is() {
        let family = "Едем к бабушке 👨🏽\u{200d}👩\u{200d}👧\u{200d}👦";
        assert_eq!(Comment::parse(family).unwrap().as_str(), family);
    }
}
