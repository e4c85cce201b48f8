//! Answers to those who ask. Nothing is changed but what has fallen due meanwhile.

pub mod applications;
pub mod attachments;
pub mod audit;
pub mod benefits;
pub mod calendar_event;
pub mod changes;
pub mod documents;
pub mod drafts;
pub mod evidence;
pub mod feed;
pub mod notices;
pub mod places;
pub mod position;
pub mod referrals;
pub mod service;
pub mod signature_check;
pub mod views;
