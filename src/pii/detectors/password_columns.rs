//! Passwords in columns that a word for passwords heads.

use crate::pii::detector::Scene;
use crate::pii::keys::is_value;
use crate::pii::passwords::{is_password_value, is_turning};
use crate::pii::text::byte;

/// The head of a column names all the values below it.
pub(super) fn column(behind: usize, scene: &mut Scene<'_, '_>) {
    let bytes = scene.bytes;
    let mut columns = scene.columns.take().unwrap_or_default();
    columns.below(bytes, behind, |cell| {
        let value = &bytes[cell.clone()];
        // Plain words say how somebody signs in, or are columns themselves.
        let word = value
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || b"_()".contains(byte));
        let word = word && !is_turning(value);
        if !word && is_value(value) && is_password_value(value, true) {
            scene.report(cell.start, cell.end, "in a column of passwords");
        }
    });
    scene.columns = Some(columns);
}

/// `user,pass`: a column's head that is short.
pub(super) fn head(behind: usize, scene: &mut Scene<'_, '_>) {
    if !byte(scene.bytes, behind).is_ascii_alphabetic() {
        column(behind, scene);
    }
}
