//! Decks.

pub mod deck;
pub mod pptx;
